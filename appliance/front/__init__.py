"""The front door: nginx's settings, what phones are told when they look for the internet, the certificate."""
