from lab.object_store_fixture import object_store
from lab.pushing_box import box

__all__ = ["box", "object_store"]
