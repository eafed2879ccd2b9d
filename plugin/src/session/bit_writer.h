// Bits, from the highest of each byte down.
#pragma once
#include <cstdint>
#include <vector>

namespace ndm {

// A number whose sign is its lowest bit, so that small ones of both signs are small.
inline uint32_t folded(int32_t x) { return x < 0 ? ~(static_cast<uint32_t>(x) << 1) : static_cast<uint32_t>(x) << 1; }

class BitWriter {
public:
    explicit BitWriter(std::vector<uint8_t>& out) : out_(out) {}
    ~BitWriter() { align(); }
    BitWriter(const BitWriter&) = delete;
    BitWriter& operator=(const BitWriter&) = delete;

    void put(uint32_t value, int bits) {
        while (bits-- > 0) {
            byte_ = static_cast<uint8_t>(byte_ << 1 | (value >> bits & 1));
            if (++used_ == 8) out_.push_back(byte_), used_ = 0;
        }
    }
    // So many zeros, and a one.
    void unary(uint32_t zeros) {
        for (; zeros >= 32; zeros -= 32) put(0, 32);
        put(1, static_cast<int>(zeros) + 1);
    }
    // Fills the last byte with zeros.
    void align() {
        if (used_) put(0, 8 - used_);
    }

private:
    std::vector<uint8_t>& out_;
    uint8_t byte_ = 0;
    int used_ = 0;
};

}  // namespace ndm
