"""The box: model, store, player, capture, sync, the services and how they talk."""
