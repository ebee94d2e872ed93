//! The table of types.

use serde::{Deserialize, Serialize};

/// What a type is good for: policies and rules speak of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Holds other files.
    Archive,
    /// Holds a file system.
    DiskImage,
    /// Is read, filled in or shown by people.
    Document,
    /// A letter, or what mail programs keep.
    Mail,
    /// Is shown by a browser.
    Web,
    /// Is run by the processor or the system.
    Program,
    /// Is run by an interpreter.
    Script,
    /// Leads to something else.
    Shortcut,
    /// A picture.
    Picture,
    /// Sound or moving pictures.
    Media,
    /// Text for people.
    Text,
    /// Everything else: fonts, certificates, databases.
    Data,
}

macro_rules! types {
    ($($(#[doc = $doc:literal])+ $variant:ident = $id:literal $category:ident [$($extension:literal),*])+) => {
        /// A kind of file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FileType { $($(#[doc = $doc])+ $variant,)+ }

        impl FileType {
            /// Every type there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it in data and in rules.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),+ }
            }

            /// What it is good for.
            pub const fn category(self) -> Category {
                match self { $(Self::$variant => Category::$category),+ }
            }

            /// The endings of names that go with it, in lower case, the usual one first.
            pub const fn extensions(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($extension),*]),+ }
            }
        }
    };
}

impl FileType {
    /// The type called `id`.
    pub fn by_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|own| own.id() == id)
    }
}

impl<'de> Deserialize<'de> for FileType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::by_id(&id).ok_or_else(|| serde::de::Error::custom("no such type of file"))
    }
}

impl Serialize for FileType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

types! {
    // Compressed streams.
    /// gzip (RFC 1952).
    Gzip = "gzip" Archive ["gz", "tgz", "svgz", "emz", "wmz"]
    /// bzip2.
    Bzip2 = "bzip2" Archive ["bz2", "tbz", "tbz2"]
    /// xz.
    Xz = "xz" Archive ["xz", "txz"]
    /// LZMA alone, without the container of xz.
    Lzma = "lzma" Archive ["lzma", "tlz"]
    /// lzip.
    Lzip = "lzip" Archive ["lz"]
    /// Zstandard (RFC 8878).
    Zstd = "zstd" Archive ["zst", "tzst"]
    /// LZ4 frames.
    Lz4 = "lz4" Archive ["lz4"]
    /// Brotli (RFC 7932): has no mark, is known by its name.
    Brotli = "brotli" Archive ["br"]
    /// compress(1).
    Compress = "compress" Archive ["z"]
    // Archives.
    /// ZIP without a narrower meaning.
    Zip = "zip" Archive ["zip", "zipx"]
    /// RAR 1.3 to 7.
    Rar = "rar" Archive ["rar", "r00", "cbr"]
    /// 7-Zip.
    SevenZip = "7z" Archive ["7z"]
    /// tar in all its forms.
    Tar = "tar" Archive ["tar"]
    /// cpio.
    Cpio = "cpio" Archive ["cpio"]
    /// ar, and packages of Debian.
    Ar = "ar" Archive ["deb", "a", "ar"]
    /// Packages of Red Hat.
    Rpm = "rpm" Archive ["rpm"]
    /// Cabinets of Windows.
    Cab = "cab" Archive ["cab"]
    /// ARJ.
    Arj = "arj" Archive ["arj"]
    /// LHA.
    Lha = "lha" Archive ["lzh", "lha"]
    /// ACE.
    Ace = "ace" Archive ["ace"]
    /// Help files of Windows.
    Chm = "chm" Document ["chm"]
    /// Packages of Java.
    Jar = "jar" Program ["jar", "war", "ear"]
    /// Packages of Android.
    Apk = "apk" Program ["apk"]
    // Disk images.
    /// ISO 9660, with or without UDF.
    Iso = "iso" DiskImage ["iso", "img"]
    /// UDF alone.
    Udf = "udf" DiskImage ["iso", "udf"]
    /// Virtual disks of Windows.
    Vhd = "vhd" DiskImage ["vhd"]
    /// Virtual disks of Windows, second form.
    Vhdx = "vhdx" DiskImage ["vhdx"]
    /// A disk with a table of partitions.
    DiskPartitions = "disk" DiskImage ["img", "dd", "raw"]
    /// A FAT file system.
    Fat = "fat" DiskImage ["img", "ima", "flp"]
    /// Virtual disks of VMware.
    Vmdk = "vmdk" DiskImage ["vmdk"]
    /// Disk images of macOS.
    Dmg = "dmg" DiskImage ["dmg"]
    /// Windows imaging format.
    Wim = "wim" DiskImage ["wim", "swm", "esd"]
    /// Virtual disks of QEMU.
    Qcow2 = "qcow2" DiskImage ["qcow2", "qcow"]
    /// Virtual disks of VirtualBox.
    Vdi = "vdi" DiskImage ["vdi"]
    /// An NTFS file system.
    Ntfs = "ntfs" DiskImage ["img", "dd"]
    /// An ext2, ext3 or ext4 file system.
    Ext = "ext" DiskImage ["img", "dd"]
    /// SquashFS, also in packages of Snap.
    Squashfs = "squashfs" DiskImage ["squashfs", "sfs", "snap"]
    // OLE2.
    /// An OLE2 compound file without a narrower meaning.
    Ole2 = "ole2" Document ["ole"]
    /// Word 97 to 2003.
    Doc = "doc" Document ["doc", "dot", "wiz", "rtf", "wps"]
    /// Excel 5 to 2003.
    Xls = "xls" Document ["xls", "xlt", "xla", "et"]
    /// PowerPoint 97 to 2003.
    Ppt = "ppt" Document ["ppt", "pps", "pot", "ppa", "dps"]
    /// Visio 2003.
    Vsd = "vsd" Document ["vsd"]
    /// Publisher.
    Pub = "pub" Document ["pub"]
    /// Project.
    Mpp = "mpp" Document ["mpp", "mpt"]
    /// Hangul word processor.
    Hwp = "hwp" Document ["hwp"]
    /// A message of Outlook.
    Msg = "msg" Mail ["msg", "oft"]
    /// Packages of Windows Installer.
    Msi = "msi" Program ["msi", "msp", "mst"]
    /// An encrypted document in OLE2.
    EncryptedOffice = "encrypted_office" Document ["docx", "xlsx", "pptx", "docm", "xlsm", "xlsb", "pptm"]
    // OOXML and its like.
    /// Word since 2007.
    Docx = "docx" Document ["docx", "dotx"]
    /// Word since 2007, with macros.
    Docm = "docm" Document ["docm", "dotm"]
    /// Excel since 2007.
    Xlsx = "xlsx" Document ["xlsx", "xltx"]
    /// Excel since 2007, with macros.
    Xlsm = "xlsm" Document ["xlsm", "xltm", "xlam"]
    /// Excel since 2007, binary.
    Xlsb = "xlsb" Document ["xlsb"]
    /// PowerPoint since 2007.
    Pptx = "pptx" Document ["pptx", "ppsx", "potx"]
    /// PowerPoint since 2007, with macros.
    Pptm = "pptm" Document ["pptm", "ppsm", "potm", "ppam"]
    /// Visio since 2013.
    Vsdx = "vsdx" Document ["vsdx", "vsdm", "vssx", "vstx"]
    /// Another package of the Open Packaging Conventions, as XPS.
    Opc = "opc" Document ["xps", "oxps", "3mf"]
    /// Packages of Windows apps.
    Appx = "appx" Program ["appx", "msix", "appxbundle", "msixbundle"]
    /// Extensions of Office and Visual Studio.
    Vsix = "vsix" Program ["vsix"]
    /// OpenDocument text.
    Odt = "odt" Document ["odt", "ott"]
    /// OpenDocument spreadsheet.
    Ods = "ods" Document ["ods", "ots"]
    /// OpenDocument presentation.
    Odp = "odp" Document ["odp", "otp"]
    /// OpenDocument of another kind.
    Odf = "odf" Document ["odg", "odf", "odb"]
    /// Books.
    Epub = "epub" Document ["epub"]
    // Other documents.
    /// PDF.
    Pdf = "pdf" Document ["pdf", "ai"]
    /// PostScript.
    PostScript = "postscript" Document ["ps", "eps"]
    /// Rich Text Format.
    Rtf = "rtf" Document ["rtf", "doc"]
    /// OneNote.
    OneNote = "onenote" Document ["one", "onetoc2", "onepkg"]
    /// Word 2003 XML and its like.
    OfficeXml = "office_xml" Document ["xml", "doc", "xls"]
    /// SYLK tables.
    Sylk = "sylk" Document ["slk"]
    /// Web queries of Excel.
    Iqy = "iqy" Shortcut ["iqy"]
    /// Tables with separated values.
    Csv = "csv" Text ["csv", "tsv"]
    /// DjVu.
    DjVu = "djvu" Document ["djvu"]
    /// Drawings of AutoCAD.
    Dwg = "dwg" Document ["dwg", "dwt"]
    /// Drawings of AutoCAD, for exchange.
    Dxf = "dxf" Document ["dxf"]
    /// CorelDRAW.
    Cdr = "cdr" Document ["cdr", "cdt"]
    /// Old help files of Windows.
    WinHelp = "winhelp" Program ["hlp"]
    // Mail and forms.
    /// A mail (RFC 5322).
    Eml = "eml" Mail ["eml", "mht", "mhtml"]
    /// A mailbox of many mails.
    Mbox = "mbox" Mail ["mbox"]
    /// What Outlook sends instead of MIME.
    Tnef = "tnef" Mail ["dat", "tnef"]
    /// A form with files, as a browser sends it.
    MultipartForm = "multipart_form" Mail []
    /// Mailboxes of Outlook.
    Pst = "pst" Mail ["pst", "ost"]
    /// Invitations and calendars.
    Ics = "ics" Text ["ics"]
    /// Visiting cards.
    Vcf = "vcf" Text ["vcf"]
    // Web.
    /// HTML.
    Html = "html" Web ["html", "htm", "xhtml", "shtml"]
    /// SVG.
    Svg = "svg" Picture ["svg"]
    /// Any other XML.
    Xml = "xml" Text ["xml", "rels", "xsd", "rdf", "kml"]
    /// XSL: can hold scripts.
    Xsl = "xsl" Script ["xsl", "xslt"]
    /// JSON.
    Json = "json" Text ["json", "geojson"]
    // Programs.
    /// Programs and libraries of Windows.
    Pe = "pe" Program ["exe", "dll", "scr", "sys", "cpl", "ocx", "drv", "efi", "com", "xll", "mui"]
    /// Programs of DOS.
    Dos = "dos" Program ["exe", "com"]
    /// Programs of Linux.
    Elf = "elf" Program ["so", "elf", "o", "ko", "bin"]
    /// Programs of macOS.
    MachO = "mach_o" Program ["dylib", "macho"]
    /// Classes of Java.
    JavaClass = "java_class" Program ["class"]
    /// Programs of Android.
    Dex = "dex" Program ["dex"]
    /// WebAssembly.
    Wasm = "wasm" Program ["wasm"]
    /// Compiled Python.
    PythonCompiled = "python_compiled" Program ["pyc"]
    // Scripts.
    /// Batch files of Windows.
    Batch = "batch" Script ["bat", "cmd"]
    /// PowerShell.
    PowerShell = "powershell" Script ["ps1", "psm1", "psd1"]
    /// VBScript.
    VbScript = "vbscript" Script ["vbs", "vba", "bas", "cls", "frm"]
    /// Encoded VBScript or JScript.
    EncodedScript = "encoded_script" Script ["vbe", "jse"]
    /// JavaScript.
    JavaScript = "javascript" Script ["js", "mjs"]
    /// HTML applications of Windows.
    Hta = "hta" Script ["hta"]
    /// Scripts of Windows in XML.
    Wsf = "wsf" Script ["wsf", "wsc", "sct"]
    /// Scripts of Unix shells.
    Shell = "shell" Script ["sh", "bash"]
    /// Python.
    Python = "python" Script ["py", "pyw"]
    /// Perl.
    Perl = "perl" Script ["pl", "pm"]
    /// PHP.
    Php = "php" Script ["php", "phtml", "phar"]
    /// JavaServer Pages.
    Jsp = "jsp" Script ["jsp", "jspx"]
    /// ASP and ASP.NET.
    Asp = "asp" Script ["asp", "aspx", "ashx", "asmx", "cer"]
    /// AutoIt, and its compiled form.
    AutoIt = "autoit" Script ["au3", "a3x"]
    /// Source text of VBA, as it comes out of a document.
    VbaSource = "vba" Script []
    /// Changes of the registry.
    Reg = "reg" Script ["reg"]
    /// Settings files of Windows that can start programs.
    Inf = "inf" Script ["inf"]
    /// Consoles of the Microsoft Management Console: can hold scripts.
    Msc = "msc" Script ["msc"]
    /// Ruby.
    Ruby = "ruby" Script ["rb"]
    /// Lua, as text or compiled.
    Lua = "lua" Script ["lua", "luac"]
    // Shortcuts.
    /// Shortcuts of Windows.
    Lnk = "lnk" Shortcut ["lnk"]
    /// Shortcuts to the web.
    UrlShortcut = "url_shortcut" Shortcut ["url", "website"]
    /// Shortcuts of Linux desktops.
    DesktopEntry = "desktop_entry" Shortcut ["desktop"]
    /// Searches and libraries of Windows, which lead to far folders.
    SearchConnector = "search_connector" Shortcut ["library-ms", "searchconnector-ms", "search-ms"]
    /// Settings of the Windows settings app, which can start programs.
    SettingContent = "setting_content" Shortcut ["settingcontent-ms"]
    /// Connections of Remote Desktop.
    Rdp = "rdp" Shortcut ["rdp"]
    /// ClickOnce: installs a program from afar.
    ClickOnce = "click_once" Shortcut ["application", "appref-ms"]
    /// Java Web Start: runs a program from afar.
    Jnlp = "jnlp" Shortcut ["jnlp"]
    /// Commands of the Windows Explorer.
    Scf = "scf" Shortcut ["scf"]
    // Pictures.
    /// PNG.
    Png = "png" Picture ["png"]
    /// JPEG.
    Jpeg = "jpeg" Picture ["jpg", "jpeg", "jpe", "jfif"]
    /// GIF.
    Gif = "gif" Picture ["gif"]
    /// BMP.
    Bmp = "bmp" Picture ["bmp", "dib"]
    /// TIFF.
    Tiff = "tiff" Picture ["tif", "tiff"]
    /// WebP.
    WebP = "webp" Picture ["webp"]
    /// HEIF and AVIF.
    Heif = "heif" Picture ["heic", "heif", "avif"]
    /// Icons and pointers of Windows.
    Ico = "ico" Picture ["ico", "cur"]
    /// Windows metafiles.
    Wmf = "wmf" Picture ["wmf"]
    /// Enhanced metafiles.
    Emf = "emf" Picture ["emf"]
    /// Photoshop.
    Psd = "psd" Picture ["psd"]
    /// JPEG 2000.
    Jpeg2000 = "jpeg2000" Picture ["jp2", "j2k", "jpx", "jpf"]
    /// JPEG XR.
    JpegXr = "jpeg_xr" Picture ["jxr", "wdp", "hdp"]
    /// StarView metafiles: previews in OpenDocument.
    Svm = "svm" Picture ["svm"]
    /// JPEG XL.
    JpegXl = "jpeg_xl" Picture ["jxl"]
    /// Portable bitmaps of Unix.
    Pnm = "pnm" Picture ["pnm", "pbm", "pgm", "ppm", "pam"]
    /// X pixmaps and bitmaps: source text of C.
    Xpm = "xpm" Picture ["xpm", "xbm"]
    /// PCX.
    Pcx = "pcx" Picture ["pcx"]
    /// GIMP.
    Xcf = "xcf" Picture ["xcf"]
    /// Icons of macOS.
    Icns = "icns" Picture ["icns"]
    // Media.
    /// MPEG-4 and QuickTime.
    Mp4 = "mp4" Media ["mp4", "m4a", "m4v", "mov", "3gp"]
    /// MP3.
    Mp3 = "mp3" Media ["mp3"]
    /// WAV.
    Wav = "wav" Media ["wav"]
    /// AVI.
    Avi = "avi" Media ["avi"]
    /// Matroska and WebM.
    Matroska = "matroska" Media ["mkv", "webm"]
    /// Ogg.
    Ogg = "ogg" Media ["ogg", "oga", "ogv", "opus"]
    /// FLAC.
    Flac = "flac" Media ["flac"]
    /// Windows Media.
    Asf = "asf" Media ["wmv", "wma", "asf"]
    /// Flash.
    Flash = "flash" Media ["swf"]
    /// Flash video.
    Flv = "flv" Media ["flv"]
    /// MPEG-1, MPEG-2 and their streams.
    Mpeg = "mpeg" Media ["mpg", "mpeg", "vob", "ts", "m2ts", "mp2"]
    /// AAC.
    Aac = "aac" Media ["aac"]
    /// AMR.
    Amr = "amr" Media ["amr"]
    /// AIFF.
    Aiff = "aiff" Media ["aif", "aiff", "aifc"]
    /// AU.
    Au = "au" Media ["au", "snd"]
    /// MIDI.
    Midi = "midi" Media ["mid", "midi"]
    // Data.
    /// Fonts: TrueType, OpenType, WOFF.
    Font = "font" Data ["ttf", "otf", "ttc", "woff", "woff2", "odttf", "fntdata"]
    /// SQLite databases.
    Sqlite = "sqlite" Data ["db", "sqlite", "sqlite3"]
    /// Access databases.
    Access = "access" Data ["mdb", "accdb"]
    /// dBase tables.
    Dbf = "dbf" Data ["dbf"]
    /// Event logs of Windows.
    Evtx = "evtx" Data ["evtx", "evt"]
    /// Parts of the registry of Windows.
    RegistryHive = "registry_hive" Data ["dat", "hiv", "hve"]
    /// Captured packets.
    Pcap = "pcap" Data ["pcap", "pcapng", "cap"]
    /// Password stores of KeePass.
    KeePass = "keepass" Data ["kdbx", "kdb"]
    /// Key stores of Java.
    KeyStore = "key_store" Data ["jks", "keystore"]
    /// Translations of gettext.
    Gettext = "gettext" Data ["mo", "gmo"]
    /// Colour profiles.
    Icc = "icc" Data ["icc", "icm"]
    /// Shapes of maps.
    Shape = "shape" Data ["shp", "shx"]
    /// Objects of Python: running code when read.
    Pickle = "pickle" Data ["pkl", "pickle"]
    /// Property lists of macOS, binary.
    BinaryPlist = "binary_plist" Data ["plist"]
    /// What macOS leaves beside files: views of folders, attributes.
    AppleMetadata = "apple_metadata" Data ["ds_store"]
    /// What Office leaves beside a document while it is open: who has it open.
    OfficeLock = "office_lock" Data []
    /// Tables of time zones.
    TimeZone = "time_zone" Data []
    /// Tables of terminals.
    TermInfo = "term_info" Data []
    /// Tables of columns.
    Parquet = "parquet" Data ["parquet"]
    /// Scientific data.
    Hdf5 = "hdf5" Data ["h5", "hdf5"]
    /// Arrays of NumPy.
    Npy = "npy" Data ["npy"]
    /// Torrents.
    Torrent = "torrent" Data ["torrent"]
    /// Certificates, keys and signatures, in DER.
    Der = "der" Data ["cer", "crt", "der", "p7s", "p7m", "p7b", "p12", "pfx"]
    /// The same in PEM, and other armoured data.
    Pem = "pem" Data ["pem", "crt", "cer", "key", "csr", "asc"]
    /// Encrypted with OpenPGP.
    Pgp = "pgp" Data ["pgp", "gpg", "asc"]
    /// Text for people.
    Text = "text" Text ["txt", "md", "log", "ini", "conf", "yaml", "yml", "toml", "tex"]
}
