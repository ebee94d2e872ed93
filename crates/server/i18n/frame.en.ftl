### What stands around every page.

frame-program = Khiên
frame-skip = Skip to the main content
frame-other-language = Tiếng Việt
home-title = Khiên
home-what = Khiên checks how a directive on information security is carried out: which unit, which clause, why, and how to mend it.
