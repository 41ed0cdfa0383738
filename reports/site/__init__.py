"""The site of a store: static pages of what endpoints showed, day after day, and what changed.

Pages need no network and no JavaScript. `digging` gets the facts of each endpoint from the store,
`model` lays them out for the pages, `pages` says which pages there are and draws them, and
`building` writes those whose content changed, and puts the whole site in its place at once.
"""
