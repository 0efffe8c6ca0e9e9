"""The box's links: radio, DHCP and DNS, packet rules, mDNS. The only privileged service."""
