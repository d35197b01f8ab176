//! What happens to the whole program, the real one in a process of its own, when the world is unkind.

#![cfg(test)]

mod crash;
mod disk;
mod process;
mod sockets;
