### Security advisories: feeds, posts of the office, who has read what.

advisories-title = Security advisories
advisories-about = Security advisories of the ministry and of the authority. Read each to its end; that you did is recorded when you reach it.
advisories-open = Open the list of advisories
advisories-own = Advisories for you
advisories-none = No advisory was sent to you in the last 180 days.
advisories-unread =
    { $count ->
        [one] You have one unread advisory.
       *[other] You have { $count } unread advisories.
    }
advisories-all-read = You have read all advisories.
advisories-name = Title
advisories-source = Source
advisories-since = For you since
advisories-published = Published
advisories-state = State
advisories-not-read = Unread
advisories-read-at = Read { $moment }
advisories-audience = For the unit
advisories-who = Of these, for
advisories-everybody = everybody
advisories-unit-hint = For this unit and everything below it.
advisories-for-unit = { $unit } and everything below it
advisories-for-role = { $unit } and everything below it, only who has the role { $role }
advisories-share = Read
advisories-watched = Reading in the unit
advisories-none-watched = There is no advisory yet.
advisories-withdrawn = Withdrawn
advisories-withdrawn-at = This advisory was withdrawn { $moment }; nobody needs to read it any more.
advisories-own-read = You have read this advisory to its end { $moment }.
advisories-by = Published by { $source } { $moment }
advisories-dated = Dated { $moment } by its source
advisories-changed = Last changed { $moment }
advisories-sent-to = For: { $audience }
advisories-link = The original is at:
advisories-mark = I have read all of it
advisories-mark-about = When this end stands on the screen, it is recorded that you have read the advisory. When that does not happen, press the button.
advisories-was-read = It is recorded that you have read the advisory.
advisories-write = Write an advisory
advisories-write-about = It appears at once, and stands among what people have to do until they have read it.
advisories-text = Text
advisories-text-hint = Each line is a paragraph. Lines that begin with “- ” are a list. Addresses written in full (https://…) can be pressed.
advisories-publish = Publish
advisories-edit = Change the advisory
advisories-edit-about = For small corrections: nobody reads it again. When it says something else now, withdraw it and publish another one.
advisories-withdraw = Withdraw the advisory
advisories-withdraw-about = Withdraw: nobody needs to read it any more
advisories-was-published = The advisory is published.
advisories-was-withdrawn = The advisory is withdrawn.
advisories-wrong-title = Write a title of at most { $most } letters.
advisories-wrong-text = Write a text of at most { $most } letters.
advisories-readers = Who has read it
advisories-readers-share = { $done } of { $all } people have read it to its end.
advisories-readers-units = By unit
advisories-readers-none = This advisory is for nobody within your reach.
advisories-readers-missing =
    { $count ->
        [one] One person has not read it to its end
       *[other] { $count } people have not read it to its end
    }
advisories-readers-everybody = Everybody has read it.
advisories-readers-more = And { $count } more.
advisories-opened = Opened
advisories-opened-at = { $moment }, not read to its end
advisories-not-opened = not opened

feeds-title = Feeds of advisories
feeds-about = RSS and Atom feeds of the ministry and of the security authorities. The server reads them on a schedule; what is new becomes an advisory.
feeds-none = There is no feed yet. Add those of the ministry and of the security authorities.
feeds-new = Add a feed
feeds-change = Change the feed
feeds-name = Name of the feed
feeds-name-hint = Who publishes it; shown with each advisory.
feeds-url = Address
feeds-url-hint = The address of the RSS or Atom feed, beginning with https://
feeds-plain = Allow reading without encryption (http)
feeds-plain-hint = Only when its publisher has no https address: others could change the text on its way.
feeds-schedule = Read again after
feeds-every-hint = Choose one of the intervals.
feeds-every =
    { $minutes ->
        [15] 15 minutes
        [60] 1 hour
        [240] 4 hours
        [720] 12 hours
       *[other] 1 day
    }
feeds-read-at = Last read
feeds-tried-at = Last attempt
feeds-next-at = Next reading
feeds-never-read = never
feeds-standing = State
feeds-fine = Is read
feeds-waits = Waits for the first reading
feeds-failed-at = Was not read { $moment }
feeds-ended-at = Given up { $moment }
feeds-left-out =
    { $count ->
        [one] One entry was not taken: there were too many.
       *[other] { $count } entries were not taken: there were too many.
    }
feeds-ask = Read now
feeds-end = Give the feed up
feeds-end-about = Give it up: what it has said stays
feeds-was-made = The feed is added; the server reads it in a few minutes.
feeds-was-asked = The server reads the feed in a few minutes.
feeds-was-ended = The feed is given up.
feeds-wrong-name = Write a name of at most { $most } letters.
feeds-wrong-url = Write an address that begins with https://, without a name and a password.
feeds-wrong-plain = This address is without encryption. Use https://, or allow reading without.
feeds-wrong-place = This address is that of the server itself or of its own wire. Write the address of the body that publishes.
feeds-taken = This address is in the list already.
