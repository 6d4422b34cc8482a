"""The gate on fits: is this clip's spine good enough to be labelled?"""
