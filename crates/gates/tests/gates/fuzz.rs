//! Fuzz targets. As plain tests they run some seconds' worth of inputs; `cargo bolero test` runs them with a fuzzer.

use khien_gates::clamd::{MAX_COMMAND_BYTES, Next, next};
use khien_gates::icap::{Chunked, Encapsulated, HttpHead, MAX_HTTP_HEAD_BYTES, Request, Step, head_length};

#[test]
fn fuzz_icap_request() {
    bolero::check!().with_type::<(u8, Vec<u8>)>().for_each(|(kind, bytes)| {
        // Most inputs should come further than the first line.
        let begin: &[u8] = match kind % 4 {
            0 => b"",
            1 => b"REQMOD icap://h/khien ICAP/1.0\r\n",
            2 => b"RESPMOD icap://h/khien ICAP/1.0\r\nEncapsulated: res-hdr=0, res-body=",
            _ => b"OPTIONS /a ICAP/1.0\r\nPreview: ",
        };
        let input = [begin, bytes, b"\r\n\r\n"].concat();
        if let Ok(Some(length)) = head_length(&input) {
            assert!(length <= input.len());
            if let Ok(request) = Request::parse(&input[..length])
                && let Some(encapsulated) = request.encapsulated
            {
                assert!(encapsulated.heads() <= MAX_HTTP_HEAD_BYTES);
            }
        }
        let _ = Encapsulated::parse(&String::from_utf8_lossy(bytes));
    });
}

#[test]
fn fuzz_http_head() {
    bolero::check!().with_type::<(Vec<u8>, Vec<u8>)>().for_each(|(head, form)| {
        let disposition = [b"GET /a HTTP/1.1\r\nContent-Disposition: ", head.as_slice()].concat();
        for head in [HttpHead::parse(head), HttpHead::parse(&disposition)] {
            let heads = khien_gates::icap::Heads { request: head.clone(), response: head };
            for is_response in [false, true] {
                let name = heads.name(is_response, form);
                assert!(!name.is_empty() && !name.contains('/'), "{name:?}");
                let _ = heads.part_of_a_file(is_response);
            }
        }
    });
}

#[test]
fn fuzz_chunked() {
    bolero::check!().with_type::<(Vec<(u8, u16)>, Vec<u8>)>().for_each(|(sizes, tail)| {
        // Chunks that are right, then anything.
        let mut input = Vec::new();
        for (ending, size) in sizes.iter().take(8) {
            let size = usize::from(size % 300) + 1;
            input.extend_from_slice(format!("{size:x}{}\r\n", if ending % 2 == 0 { "" } else { "; e=1" }).as_bytes());
            input.resize(input.len() + size, *ending);
            input.extend_from_slice(b"\r\n");
        }
        input.extend_from_slice(tail);
        let mut chunked = Chunked::default();
        let mut at = 0;
        while let Ok((taken, step)) = chunked.step(&input[at..]) {
            assert_eq!(taken == 0, step == Step::More);
            at += taken;
            if step == Step::More {
                break;
            }
        }
        assert!(at <= input.len());
    });
}

#[test]
fn fuzz_clamd_command() {
    bolero::check!().with_type::<(u8, bool, Vec<u8>)>().for_each(|(kind, is_all, bytes)| {
        let begin: &[u8] = match kind % 4 {
            0 => b"",
            1 => b"z",
            2 => b"nSCAN ",
            _ => b"INSTREAM",
        };
        let input = [begin, bytes].concat();
        match next(&input, *is_all) {
            Ok(Next::Command(_, _, taken)) => assert!(taken > 0 && taken <= input.len()),
            Ok(Next::More) => assert!(input.len() <= MAX_COMMAND_BYTES),
            Err(_) => assert!(input.len() >= MAX_COMMAND_BYTES),
        }
    });
}
