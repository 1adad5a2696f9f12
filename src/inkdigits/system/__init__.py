"""What is the machine's and not the picture's: cores, files, optional libraries, Ray.

`cpu` counts cores, `memory` limits what a process takes, `opencv` settles how OpenCV behaves in a process, `file_lock`
and `atomic_files` keep files whole, `folders` makes folders, `extras` names a library that is not installed,
`ray_session` starts and ends Ray, `thread_pool` runs calls beside an event loop.
"""
