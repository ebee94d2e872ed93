// The test file of antivirus programs (EICAR): a harmless file by which everybody tests whether a gate is awake.
// Part of Khiên, Apache-2.0. How to write rules: docs/rules.md.

import "hash"

// The standard: 68 bytes at the beginning, at most 128 in all, and behind them nothing but blanks. They are known by their
// digest, so that this file is not taken for the test file itself.
rule antivirus_test_file {
    meta:
        title_vi = "Tệp thử EICAR, vô hại, dùng để thử phần mềm diệt mã độc và cổng kiểm tra"
        title_en = "The EICAR test file: harmless, made for testing antivirus programs and gates"
        fix_vi = "Không cần làm gì: tệp này không phải mã độc. Bị chặn nghĩa là cổng kiểm tra đang hoạt động."
        fix_en = "There is nothing to do: it is no malware. That it is blocked shows that the gate is at work."
        khien_effect = "blocked"
        reference = "https://www.eicar.org/download-anti-malware-testfile/"
        author = "Khiên"
        license = "Apache-2.0"
    condition:
        filesize >= 68 and filesize <= 128 and hash.sha256(0, 68) == "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f" and (filesize == 68 or for all at in (68..filesize - 1) : (uint8(at) == 0x20 or uint8(at) == 0x09 or uint8(at) == 0x0A or uint8(at) == 0x0D or uint8(at) == 0x1A))
}
