//! Coders of 7z one after the other, where one of them is unpacked here: what `sevenz-rust2` knows too is taken from the same
//! libraries, so that a filter or a password in front of a method of our own hides nothing.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};

use aes::Aes256;
use aes::cipher::{BlockModeDecrypt, KeyIvInit};
use bzip2::read::MultiBzDecoder;
use deflate64::Deflate64Decoder;
use flate2::read::DeflateDecoder;
use lzma_rust2::filter::bcj::BcjReader;
use lzma_rust2::filter::delta::DeltaReader;
use lzma_rust2::{Lzma2Reader, LzmaReader};
use ppmd_rust::Ppmd7Decoder;
use sevenz_rust2::{Archive as Contents, Block, Coder, EncoderMethod};
use sha2::{Digest, Sha256};

use super::streams::Method;
use super::{MAX_MODEL_KIB, START_BYTES};
use crate::bytes::{piece, size, u8_at, u32_le};

/// The filters that turn around pairs and fours of bytes.
const SWAP_2: &[u8] = &[2, 3, 2];
const SWAP_4: &[u8] = &[2, 3, 4];
/// A power of rounds by which the password itself is the key.
const NO_ROUNDS: u8 = 0x3f;
/// The length of a block of AES.
const BLOCK_BYTES: usize = 16;

/// What a block was packed by, from the packed bytes on.
pub(super) struct Chain<'z> {
    packed: &'z [u8],
    /// Each coder, and how much it gives.
    coders: Vec<(Coder, u64)>,
}

impl<'z> Chain<'z> {
    /// The chain of a block, if one of its coders is unpacked here and each of them has one stream.
    pub(super) fn of(bytes: &'z [u8], contents: &Contents, block: &Block, index: usize) -> Option<Self> {
        let is_own = |coder: &Coder| {
            let id = coder.encoder_method_id();
            Method::of(id).is_some() || matches!(id, SWAP_2 | SWAP_4)
        };
        if !block.coders.iter().any(is_own) {
            return None;
        }
        let starts = contents.stream_map.block_first_pack_stream_index();
        let stream = *starts.get(index)?;
        let next = starts.get(index + 1).copied().unwrap_or(contents.pack_sizes().len());
        let coders: Vec<(Coder, u64)> =
            block.ordered_coder_iter().map(|(at, coder)| (coder.clone(), block.get_unpack_size_at_index(at))).collect();
        if next != stream.checked_add(1)? || coders.len() != block.coders.len() {
            return None;
        }
        let offset = *contents.stream_map.pack_stream_offsets().get(stream)?;
        let length = *contents.pack_sizes().get(stream)?;
        let at = contents.pack_pos().checked_add(offset)?.checked_add(START_BYTES as u64)?;
        Some(Self { packed: piece(bytes, size(at), size(length))?, coders })
    }

    /// How many bytes are packed.
    pub(super) fn packed(&self) -> u64 {
        self.packed.len() as u64
    }

    /// The packed bytes, decrypted if the first coder asks for that.
    pub(super) fn decrypted(&self, password: &str) -> io::Result<Cow<'z, [u8]>> {
        match self.coders.first() {
            Some((coder, length)) if coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256 => {
                let mut plain = decrypted(coder.properties(), self.packed, password)?;
                plain.truncate(size(*length));
                Ok(Cow::Owned(plain))
            }
            _ => Ok(Cow::Borrowed(self.packed)),
        }
    }

    /// What unpacks the packed bytes, once they are decrypted.
    pub(super) fn decoder<'p>(&self, plain: &'p [u8]) -> io::Result<Box<dyn Read + 'p>> {
        let coders =
            self.coders.iter().filter(|(coder, _)| coder.encoder_method_id() != EncoderMethod::ID_AES256_SHA256);
        let mut reader: Box<dyn Read + 'p> = Box::new(plain);
        for (place, (coder, length)) in coders.enumerate() {
            let id = coder.encoder_method_id();
            // What is in pieces is read off the bytes themselves; 7-Zip puts nothing but a password in front of it.
            let own = Method::of(id).filter(|own| place == 0 || *own == Method::Deflate64);
            let next: Box<dyn Read + 'p> = match own {
                Some(Method::Deflate64) => Box::new(Deflate64Decoder::with_buffer(BufReader::new(reader))),
                Some(method) => method.decoder(plain),
                None => known(id, coder.properties(), *length, reader)?,
            };
            reader = Box::new(next.take(*length));
        }
        Ok(reader)
    }
}

/// What unpacks `packed` by a method that `sevenz-rust2` has as well.
fn known<'p>(id: &[u8], properties: &[u8], length: u64, packed: Box<dyn Read + 'p>) -> io::Result<Box<dyn Read + 'p>> {
    // Some filters may begin elsewhere than at 0.
    let start = u32_le(properties, 0).map_or(0, |start| size(start.into()));
    Ok(match id {
        EncoderMethod::ID_COPY => packed,
        EncoderMethod::ID_DELTA => {
            Box::new(DeltaReader::new(packed, u8_at(properties, 0).map_or(1, |by| usize::from(by) + 1)))
        }
        EncoderMethod::ID_BCJ_X86 => Box::new(BcjReader::new_x86(packed, 0)),
        EncoderMethod::ID_BCJ_ARM => Box::new(BcjReader::new_arm(packed, 0)),
        EncoderMethod::ID_BCJ_ARM64 => Box::new(BcjReader::new_arm64(packed, start)),
        EncoderMethod::ID_BCJ_ARM_THUMB => Box::new(BcjReader::new_arm_thumb(packed, 0)),
        EncoderMethod::ID_BCJ_PPC => Box::new(BcjReader::new_ppc(packed, 0)),
        EncoderMethod::ID_BCJ_SPARC => Box::new(BcjReader::new_sparc(packed, 0)),
        EncoderMethod::ID_BCJ_IA64 => Box::new(BcjReader::new_ia64(packed, 0)),
        EncoderMethod::ID_BCJ_RISCV => Box::new(BcjReader::new_riscv(packed, start)),
        EncoderMethod::ID_BZIP2 => Box::new(MultiBzDecoder::new(packed)),
        EncoderMethod::ID_DEFLATE => Box::new(DeflateDecoder::new(packed)),
        EncoderMethod::ID_LZMA => {
            let (first, dictionary) = u8_at(properties, 0).zip(u32_le(properties, 1)).ok_or_else(too_short)?;
            within_bounds(dictionary)?;
            let mut reader = LzmaReader::new_with_props(packed, length, first, dictionary, None)?;
            reader.set_relaxed_end_condition(true);
            Box::new(reader)
        }
        EncoderMethod::ID_LZMA2 => {
            let bits = u32::from(u8_at(properties, 0).ok_or_else(too_short)?);
            let dictionary = (2 | bits & 1).checked_shl(bits / 2 + 11).filter(|_| bits < 40).unwrap_or(u32::MAX);
            within_bounds(dictionary)?;
            Box::new(Lzma2Reader::new(packed, dictionary, None))
        }
        EncoderMethod::ID_PPMD => {
            let (order, memory) = u8_at(properties, 0).zip(u32_le(properties, 1)).ok_or_else(too_short)?;
            within_bounds(memory)?;
            Box::new(Ppmd7Decoder::new(packed, order.into(), memory).map_err(io::Error::other)?)
        }
        SWAP_2 => Box::new(Swap::<2>::new(packed)),
        SWAP_4 => Box::new(Swap::<4>::new(packed)),
        _ => return Err(io::Error::new(io::ErrorKind::Unsupported, format!("7z methods with {id:x?} among them"))),
    })
}

fn too_short() -> io::Error {
    io::Error::other("the properties of a method are too short")
}

/// Whether a dictionary or model may take that much.
fn within_bounds(memory: u32) -> io::Result<()> {
    if memory as usize / 1024 > MAX_MODEL_KIB {
        return Err(io::Error::other(format!("a dictionary of {memory} bytes")));
    }
    Ok(())
}

/// Decrypts `packed`, whose properties say how the key is made of the password and what the first block is chained to.
fn decrypted(properties: &[u8], packed: &[u8], password: &str) -> io::Result<Vec<u8>> {
    let (first, second) = (u8_at(properties, 0).ok_or_else(too_short)?, u8_at(properties, 1).unwrap_or(0));
    let salt_length = usize::from((first >> 7 & 1) + (second >> 4));
    let start_length = usize::from((first >> 6 & 1) + (second & 0xf));
    let salt = piece(properties, 2, salt_length).or((salt_length == 0).then_some(&[][..])).ok_or_else(too_short)?;
    let start = piece(properties, 2 + salt_length, start_length).or((start_length == 0).then_some(&[][..]));
    let start = start.ok_or_else(too_short)?;
    let mut chained = [0; BLOCK_BYTES];
    for (to, from) in chained.iter_mut().zip(start) {
        *to = *from;
    }
    let key = key(first & NO_ROUNDS, salt, password);
    let mut cipher = cbc::Decryptor::<Aes256>::new_from_slices(&key, &chained).map_err(io::Error::other)?;
    let mut plain = packed.to_vec();
    for block in plain.chunks_exact_mut(BLOCK_BYTES).filter_map(|block| block.try_into().ok()) {
        cipher.decrypt_block(block);
    }
    Ok(plain)
}

/// The key that a password makes, by 2 to the power of `rounds` rounds.
fn key(rounds: u8, salt: &[u8], password: &str) -> [u8; 32] {
    let word: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
    if rounds == NO_ROUNDS {
        let mut key = [0; 32];
        for (to, from) in key.iter_mut().zip(salt.iter().chain(&word)) {
            *to = *from;
        }
        return key;
    }
    let mut hash = Sha256::new();
    for round in 0..1_u64.checked_shl(rounds.into()).unwrap_or(u64::MAX) {
        hash.update(salt);
        hash.update(&word);
        hash.update(round.to_le_bytes());
    }
    hash.finalize().into()
}

/// Turns around each `N` bytes; what is left in the end stays as it is.
struct Swap<'p, const N: usize> {
    packed: Box<dyn Read + 'p>,
    turned: Vec<u8>,
}

impl<'p, const N: usize> Swap<'p, N> {
    fn new(packed: Box<dyn Read + 'p>) -> Self {
        Self { packed, turned: Vec::new() }
    }
}

impl<const N: usize> Read for Swap<'_, N> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.turned.is_empty() {
            // The last byte stands first, so that they are taken off the end.
            (&mut self.packed).take(N as u64).read_to_end(&mut self.turned)?;
            if self.turned.len() < N {
                self.turned.reverse();
            }
        }
        let mut given = 0;
        for (to, from) in buffer.iter_mut().zip(std::iter::from_fn(|| self.turned.pop())) {
            *to = from;
            given += 1;
        }
        Ok(given)
    }
}
