//! What happens to the whole program, the real one in a process of its own, when the world is unkind.

#![cfg(test)]

mod crash;
mod cut;
mod disk;
mod nodes;
mod postgres;
mod process;
mod proxies;
mod proxy;
mod shipped;
mod sockets;
