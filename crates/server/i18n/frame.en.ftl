### What stands around every page.

frame-program = Khiên
frame-fictional = Demonstration: the province, the people and the devices on these pages are fictional.
frame-skip = To the main content
frame-other-language = Tiếng Việt
frame-search = Search
frame-search-label = Search units, people, devices, controls
frame-search-hint = Search units, people, devices…
frame-sign-out = Sign out
frame-places = Main pages
frame-crumbs = Where this page stands
frame-footer = Khiên { $version }. Figures are collected and judged by machine against the directive; there are no passwords, cookies or messages in them.

## The main pages

places-overview = Overview
places-units = Units
places-subjects = Devices
places-controls = Controls
places-my = To do
places-duties = Duties
places-tasks = Tasks
places-documents = Documents
places-scan = Check files
places-advisories = Advisories
places-tickets = Difficulties
places-cases = Case data
places-services = Online services
places-exemptions = Exemptions
places-admin = Administration
