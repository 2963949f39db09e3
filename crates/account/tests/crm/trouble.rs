//! What goes wrong, and what becomes of it.
