#include "pcm_code.h"

#include <cmath>
#include <cstring>
#include <stdexcept>

#include "../sound/maker.h"
#include "bit_writer.h"

namespace ndm {
namespace {

constexpr size_t kBlock = 256, kMostSamples = 44100 * 60;
constexpr int kOrders = 3, kMostZeros = 1 << 25;

[[noreturn]] void damaged() { throw std::runtime_error("a sound of the session is damaged"); }

class Reader {
public:
    Reader(const uint8_t* data, size_t size) : data_(data), bits_(size * 8) {}
    uint32_t get(int bits) {
        uint32_t value = 0;
        while (bits-- > 0) value = value << 1 | bit();
        return value;
    }
    uint32_t zeros() {
        uint32_t count = 0;
        while (!bit())
            if (++count > kMostZeros) damaged();
        return count;
    }

private:
    uint32_t bit() {
        if (at_ == bits_) damaged();
        uint32_t out = data_[at_ / 8] >> (7 - at_ % 8) & 1;
        at_++;
        return out;
    }
    const uint8_t* data_;
    size_t bits_, at_ = 0;
};

// What a straight line (order 2) or the last sample (order 1) foretells.
int32_t foretold(const std::vector<int32_t>& x, size_t at, int order) {
    const int32_t last = at ? x[at - 1] : 0, before = at > 1 ? x[at - 2] : 0;
    return order == 0 ? 0 : order == 1 ? last : 2 * last - before;
}

}  // namespace

std::vector<uint8_t> packed(const Samples& samples) {
    std::vector<uint8_t> out = {'N', 'D', 'P', '2'};
    for (int i = 0; i < 4; i++) out.push_back(static_cast<uint8_t>(samples.size() >> 8 * i));
    std::vector<int32_t> x(samples.size());
    for (size_t i = 0; i < x.size(); i++) x[i] = static_cast<int32_t>(std::lrint(samples[i] * kGrid));
    BitWriter bits(out);
    for (size_t start = 0; start < x.size(); start += kBlock) {
        const size_t end = std::min(start + kBlock, x.size());
        uint64_t sums[kOrders] = {};
        for (int order = 0; order < kOrders; order++)
            for (size_t i = start; i < end; i++) sums[order] += folded(x[i] - foretold(x, i, order));
        int best = 0;
        for (int order = 1; order < kOrders; order++)
            if (sums[order] < sums[best]) best = order;
        int parameter = 0;  // about the logarithm of the mean
        while (parameter < 27 && (static_cast<uint64_t>(end - start) << (parameter + 1)) <= sums[best]) parameter++;
        bits.put(static_cast<uint32_t>(best), 2);
        bits.put(static_cast<uint32_t>(parameter), 5);
        for (size_t i = start; i < end; i++) {
            const uint32_t value = folded(x[i] - foretold(x, i, best));
            bits.unary(value >> parameter);
            bits.put(value & ((1u << parameter) - 1), parameter);
        }
    }
    bits.align();
    return out;
}

Samples unpacked(const std::vector<uint8_t>& bytes) {
    if (bytes.size() < 8 || std::memcmp(bytes.data(), "NDP", 3) != 0 || (bytes[3] != '1' && bytes[3] != '2')) damaged();
    const float grid = bytes[3] == '1' ? kGrid / 2 : kGrid;
    size_t count = 0;
    for (int i = 0; i < 4; i++) count |= static_cast<size_t>(bytes[4 + i]) << 8 * i;
    // A sample takes a bit at least.
    if (count > kMostSamples || count > (bytes.size() - 8) * 8) damaged();
    std::vector<int32_t> x(count);
    Reader bits(bytes.data() + 8, bytes.size() - 8);
    for (size_t start = 0; start < count; start += kBlock) {
        const int order = static_cast<int>(bits.get(2)), parameter = static_cast<int>(bits.get(5));
        if (order >= kOrders || parameter > 27) damaged();
        for (size_t i = start; i < std::min(start + kBlock, count); i++) {
            const uint64_t upper = static_cast<uint64_t>(bits.zeros()) << parameter;
            const uint64_t value = upper | bits.get(parameter);
            if (value >> 28) damaged();
            const int64_t difference = value & 1 ? -static_cast<int64_t>(value >> 1) - 1 : static_cast<int64_t>(value >> 1);
            const int64_t sample = foretold(x, i, order) + difference;
            if (sample < -(1 << 24) || sample > 1 << 24) damaged();
            x[i] = static_cast<int32_t>(sample);
        }
    }
    Samples out(count);
    for (size_t i = 0; i < count; i++) out[i] = static_cast<float>(x[i]) / grid;
    return out;
}

namespace {
constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

std::string base64(const std::vector<uint8_t>& bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const size_t have = std::min<size_t>(3, bytes.size() - i);
        uint32_t three = bytes[i] << 16;
        if (have > 1) three |= bytes[i + 1] << 8;
        if (have > 2) three |= bytes[i + 2];
        for (size_t k = 0; k < 4; k++) out += k <= have ? kDigits[three >> (18 - 6 * k) & 63] : '=';
    }
    return out;
}

std::vector<uint8_t> from_base64(const std::string& text) {
    std::vector<uint8_t> out;
    out.reserve(text.size() / 4 * 3);
    if (text.size() % 4) damaged();
    for (size_t i = 0; i < text.size(); i += 4) {
        uint32_t three = 0;
        int padding = 0;
        for (size_t k = 0; k < 4; k++) {
            const char* digit = text[i + k] ? std::strchr(kDigits, text[i + k]) : nullptr;
            if (text[i + k] == '=' && k > 1 && i + 4 == text.size()) padding++;
            else if (!digit || padding) damaged();
            three = three << 6 | (digit ? static_cast<uint32_t>(digit - kDigits) : 0);
        }
        for (int k = 0; k < 3 - padding; k++) out.push_back(static_cast<uint8_t>(three >> (16 - 8 * k)));
    }
    return out;
}

}  // namespace ndm
