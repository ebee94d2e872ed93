### The pages of the administrator.

## Lists: names of columns

import-people-family-name = Family name
import-people-name = Full name
import-people-email = E-mail
import-people-position = Position
import-people-unit = Unit
import-devices-name = Computer name
import-devices-unit = Unit
import-devices-holder = User
import-units-name = Unit
import-units-abbreviation = Abbreviation
import-units-parent = Parent unit
import-units-kind = Kind

## Lists: files that cannot be read

import-file-too-large = The file is larger than { $most } MB.
import-file-unpacks-too-large = The file unpacks to more than { $most } MB or has too many parts.
import-file-rows = The file has more than { $most } rows.
import-file-columns = Row { $row } has more than { $most } columns.
import-file-cell = Cell { $column }{ $row } has more than { $most } letters.
import-file-old = This is a workbook of an old Excel (.xls), or one with a password.
import-file-damaged = This is an .xlsx file, but it is damaged and cannot be opened.
import-file-not-a-list = This is neither an .xlsx nor a .csv list.
import-file-not-unicode = This .csv file is not in Unicode: Vietnamese letters would come out wrong.
import-file-lost-letters = Letters with marks were replaced by question marks when the file was saved, for example in row { $row }: “{ $sample }”.
import-file-legacy = The file uses an old font (TCVN3 or VNI), for example in row { $row }: “{ $sample }”.
import-file-empty = The file has no rows.
import-file-no-titles = The row with the titles of the columns was not found.
import-file-split-todo = Divide the list into several smaller files and import one after the other.
import-file-plain-todo = Copy the list itself into a new workbook, without pictures or other sheets, and upload that.
import-file-cell-todo = Shorten this cell; a list needs names, units and addresses only.
import-file-old-todo = Open it in Excel or LibreOffice, take away its password if it has one, and save it as .xlsx.
import-file-damaged-todo = Open it in Excel or LibreOffice, save it as .xlsx again and upload that.
import-file-not-a-list-todo = Choose an .xlsx or .csv file; you can download an example and fill it in.
import-file-unicode-todo = In Excel choose “Save as”, type “CSV UTF-8”, or save it as .xlsx, and upload that.
import-file-legacy-todo = Convert it to Unicode (UniKey: Ctrl+Shift+F6, from TCVN3 or VNI to Unicode) and upload it again.
import-file-empty-todo = See whether this is the right file and the list is on its first sheet.

## Lists: rows with mistakes

import-did-you-mean = Did you mean “{ $suggestion }”? Correct it in the spreadsheet.
import-row-missing = This cell is empty.
import-row-missing-todo = Fill it in, or delete the whole row.
import-row-spreadsheet = The spreadsheet shows { $value } in this cell.
import-row-spreadsheet-todo = Correct the formula, or type the value itself.
import-row-too-long = This has more than { $most } letters.
import-row-too-long-todo = Shorten it.
import-row-not-an-address = “{ $value }” is not the address of a mailbox.
import-row-not-an-address-todo = Write it in full, for example nvan@moj.gov.vn; leave it empty if there is none.
import-row-not-a-host-name = “{ $value }” is not the name of a computer.
import-row-not-a-host-name-todo = It has letters without marks, digits and hyphens only; see Settings › System › About.
import-row-no-unit = No unit is called “{ $value }”.
import-row-no-unit-todo = Write its name or abbreviation as in the tree of units, or found the unit first.
import-row-several-units = { $count } units are called “{ $value }”.
import-row-several-units-todo = Write all marks, or use the abbreviation.
import-row-no-person = Nobody is called “{ $value }” or has this mailbox.
import-row-no-person-todo = Import this person with a list of people first.
import-row-several-people = { $count } people are called “{ $value }”.
import-row-several-people-todo = Write the address of the mailbox instead of the name.
import-row-duplicate = This row repeats row { $row }.
import-row-duplicate-todo = Delete one of them, or write what tells them apart (mailbox, unit).
import-row-namesakes = There are { $count } people called “{ $value }” already, and it is not clear who is meant.
import-row-namesakes-todo = Write the address of the mailbox.
import-row-several-devices = There are { $count } devices called “{ $value }” already.
import-row-several-devices-todo = Write the unit of the device, or retire those that are not used.
import-row-circle = These units belong to each other in a circle.
import-row-circle-todo = Correct the column of the parent unit.
