//! What is this machine? (skeleton)
fn main() {}
