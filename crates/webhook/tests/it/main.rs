//! What a receiver relies on: signatures, and bodies that are read without loss.

mod bodies;
mod receivers;
mod signature;
mod times;
