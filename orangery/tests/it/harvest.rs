//! Harvest, asked as its clients ask.

mod access;
