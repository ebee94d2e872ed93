## Why a directory was not read

ldap-url = the address of the directory is wrong
    Write ldaps://HOST[:PORT] or ldap://HOST[:PORT].
ldap-system = the name of the system cannot be used
    Write it without blanks, such as mail.moj.gov.vn.
ldap-filter = the filter is malformed
    Filters are written as in RFC 4515, such as (objectClass=person).
ldap-attribute = the name of an attribute is malformed
    Names of attributes are letters, digits, hyphens and dots.
ldap-certificate = the file of certificates cannot be used
    It holds at least one certificate in PEM: that of the authority of the directory's server.
ldap-no-password = there is a name but no password
    Servers take that for a guest who may read nothing.
ldap-too-long = a setting is too long
ldap-unreachable = the directory's server cannot be reached: { $detail }
    Check address, port and firewall.
ldap-not-trusted = the directory's server cannot be trusted: { $detail }
    Get the certificate of its authority and give it under certificates (on the command line: --ca); the host in the address must be the one in the certificate.
ldap-timed-out = the directory's server did not answer within { $detail } seconds
ldap-wrong-password = the directory's server does not take this name or password
ldap-password-expired = the password of the account that reads the directory has expired or must be changed
ldap-disabled = the account that reads the directory is disabled or expired
ldap-locked = the account that reads the directory is locked after wrong passwords
ldap-needs-name = the directory lets nobody read who does not say a name
    Give name and password of an account that may only read (on the command line: --bind).
ldap-no-such-base = the directory does not have the place where the search begins: { $detail }
ldap-no-base = the directory does not say where it begins
    Give the place where the search begins (on the command line: --base).
ldap-no-rights = no right to search there: { $detail }
ldap-cut-short = the directory sends only part of its entries, so none is taken: { $detail }
    Ask its administrator to raise the limits of the account that reads, or narrow base and filter of the search (on the command line: --base, --filter).
ldap-too-many = the directory has more than { $detail } entries, so none is taken
    Narrow base and filter of the search (on the command line: --base, --filter).
ldap-malformed = what the server answers is not LDAP: { $detail }
ldap-other = the directory's server reports an error: { $detail }

## Why a feed was not read

feed-address = the address of the feed is none
    Write https://HOST/PATH, without a name and password.
feed-plain = the address of the feed is without encryption (http)
    Use its https address. Only when its publisher has none, allow reading without encryption.
feed-forbidden = no feed is read at { $detail }: that is the address of this server itself, or one that is only used within a machine
feed-unreachable = the server of the feed cannot be reached: { $detail }
    Check the address, the line, the firewall.
feed-not-trusted = the server of the feed cannot be trusted: { $detail }
    When its publisher has certificates of its own, name their file in the setting feeds.authority.
feed-timed-out = the server of the feed did not send all of it within { $detail } seconds
feed-too-large = the feed has more than { $detail } bytes, so it was not read
feed-redirects = the feed leads to another address more than { $detail } times
    Ask its publisher for the right address.
feed-other-scheme = the feed leads to an address of another kind: { $detail }
    When that is the right place, give the feed that address.
feed-status = the server of the feed answers with { $detail }
    404 and 410: the address is gone; 401 and 403: reading is not allowed; from 500 on: the server has a fault.
feed-nothing-sent = the server of the feed says that nothing is new at the first reading
feed-no-feed = there is no RSS or Atom feed at that address
    Mostly it is the address of a web page; look for an address called RSS on that page.
feed-entities = the feed defines XML entities, which can do harm, so it was not read
feed-broken = the feed is damaged or was cut off: { $detail }
    The next reading often finds it mended; when it lasts, tell its publisher.
feed-encoding = the letters of the feed cannot be read: { $detail }
