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
