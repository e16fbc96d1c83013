//! Typed client for the MyCarrierPackets API.
