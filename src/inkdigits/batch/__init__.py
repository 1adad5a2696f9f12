"""Many pictures go in, as a folder, an archive or a list; a row for each comes out, in one file."""
