from lab.object_store_fixture import object_store

__all__ = ["object_store"]
