//! Objects of the equation editor (MTEF), and what overflows its buffers (CVE-2017-11882, CVE-2018-0798, CVE-2018-0802).

use crate::bytes::{at_most, u8_at, u16_le, u32_le};

/// The length of the head in front of an equation.
const HEADER_BYTES: u16 = 28;
/// How far from the beginning what overflows is sought: it comes before any letter of an equation.
const SOUGHT_BYTES: usize = 64;
/// The records of a font and of a matrix.
const FONT: u8 = 8;
const MATRIX: u8 = 5;
/// The length of the buffer that the editor copies the name of a font into.
const FONT_NAME_BYTES: usize = 32;
/// How many rows or columns the editor has room for.
const MATRIX_CELLS: u8 = 32;

/// Whether `bytes` are an equation that breaks the editor which opens it.
pub(crate) fn is_exploit(bytes: &[u8]) -> bool {
    let headed = u16_le(bytes, 0) == Some(HEADER_BYTES) && u32_le(bytes, 2) == Some(0x0002_0000);
    let equation = if headed { at_most(bytes, usize::from(HEADER_BYTES), usize::MAX) } else { bytes };
    // Version 2 or 3, made on a Mac or on Windows, by the editor or MathType.
    let begins = matches!(u8_at(equation, 0), Some(2 | 3))
        && matches!((u8_at(equation, 1), u8_at(equation, 2)), (Some(0 | 1), Some(0 | 1)));
    if !begins {
        return false;
    }
    (5..SOUGHT_BYTES).any(|place| {
        let record = at_most(equation, place, equation.len());
        match u8_at(record, 0) {
            Some(FONT) => {
                let name = at_most(record, 3, FONT_NAME_BYTES + 1);
                name.len() > FONT_NAME_BYTES && !name.contains(&0)
            }
            Some(MATRIX) => {
                let cells = [u8_at(record, 4), u8_at(record, 5)];
                place < 16 && cells.iter().all(|cell| cell.is_some_and(|cell| cell > MATRIX_CELLS))
            }
            _ => false,
        }
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An equation, `x = 1`, and one whose name of a font is too long.
    pub(crate) fn equations() -> (Vec<u8>, Vec<u8>) {
        let mut head = HEADER_BYTES.to_le_bytes().to_vec();
        head.extend(0x0002_0000_u32.to_le_bytes());
        head.resize(28, 0);
        let begin = [3, 1, 1, 3, 0];
        let honest =
            [&head[..], &begin, &[0x0A, 1, 2, 0x83, b'x', 0, 2, 0x86, b'=', 0, 2, 0x88, b'1', 0, 0, 0]].concat();
        let name = b"KHIEN-HARMLESS-TEST-".repeat(3);
        let broken = [&head[..], &begin, &[0x0A, 1, FONT, 0x5A, 0x5A], &name, &[0; 8]].concat();
        (honest, broken)
    }

    #[test]
    fn a_font_name_beyond_its_buffer_is_told_from_an_equation() {
        let (honest, broken) = equations();
        assert!(!is_exploit(&honest));
        assert!(is_exploit(&broken));
        assert!(is_exploit(&broken[28..]));
        let name = broken.len() - 8 - 60;
        let at = |length: usize| [&broken[..name + length], &[0; 16]].concat();
        assert!(!is_exploit(&at(FONT_NAME_BYTES)));
        assert!(is_exploit(&at(FONT_NAME_BYTES + 1)));
    }

    #[test]
    fn any_bytes_are_looked_at() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            let _ = is_exploit(bytes);
        });
    }
}
