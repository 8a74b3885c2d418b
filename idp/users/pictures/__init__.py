"""Pictures of people: taken apart, put together without what nobody else should know, and kept.

`keeping.py`   a person gives themselves a picture, or takes it away
`reading.py`   which kind it is, by how it begins, and whether it is one at all
`png.py` `jpeg.py` `gif.py` `webp.py`   what belongs to a picture of this kind

A photograph tells where it was taken, by which camera, and often shows itself in small as it was
before it was cut. So only what it takes to show it is copied; nothing is decoded, which would need
a library that has had its share of holes. SVG is a program and no picture here.
"""
