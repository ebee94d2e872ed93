//! The description of the server's interface before a referee that is not ours: is it OpenAPI, and is it about this server?

#![allow(clippy::print_stdout, reason = "a test that misses its peer says so")]

use std::fs;

use khien_server::routes::{Kind, all};
use khien_test_support::validate_openapi;
use khien_tests::workspace;

const DESCRIPTION: &str = "content/schema/openapi.json";

#[test]
fn the_description_of_the_interface_is_openapi() {
    match validate_openapi(&workspace(DESCRIPTION)) {
        Ok(said) => assert_eq!(said, Ok("3.1".to_owned())),
        Err(reason) => println!("SKIPPED: {reason}"),
    }
}

#[test]
fn it_speaks_of_every_route_that_programs_ask_for() {
    let text = fs::read_to_string(workspace(DESCRIPTION)).expect("the description is in git");
    let description: serde_json::Value = serde_json::from_str(&text).expect("the description is JSON");
    for route in all().filter(|route| matches!(route.kind, Kind::Api | Kind::Agent)) {
        let method = route.method.word().to_ascii_lowercase();
        let operation = &description["paths"][route.path][&method];
        assert!(operation["responses"].is_object(), "{route:?} is not described");
    }
}
