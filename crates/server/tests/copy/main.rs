//! `parlor copy`, the real program, between real servers.

#![cfg(test)]

mod interrupted;
mod moving;
mod program;
mod refused;
mod town;
