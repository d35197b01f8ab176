//! The stories of the doors: clients of other chat systems at a whole server, on both databases.

#![cfg(test)]

mod design;
mod mern;
mod nodes;
mod services;
mod socket;
mod stomp;
