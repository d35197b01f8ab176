//! Stories of clients of other chat systems, told over their wires.
#![cfg(test)]

mod stomp;
