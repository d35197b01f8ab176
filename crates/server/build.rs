//! Builds again when the web client inside the binary has changed.

fn main() {
    println!("cargo::rerun-if-changed=../../web/dist");
}
