//! A sandbox that behaves like the MyCarrierPackets API.
