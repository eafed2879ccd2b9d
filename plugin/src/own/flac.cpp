#include "flac.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "../session/bit_writer.h"

namespace ndm {
namespace {

using Row = std::vector<int32_t>;
using Bytes = std::vector<uint8_t>;

constexpr int kDepth = 16, kMostOrder = 4, kMostParts = 6, kMostParameter = 14;
constexpr int kAllZero = 15;  // stands for residuals of a width that follows: here of none

uint32_t check_sum(const Bytes& bytes, size_t from, int width, uint32_t polynomial) {
    const uint32_t top = 1u << (width - 1), mask = 2 * top - 1;
    uint32_t sum = 0;
    for (size_t i = from; i < bytes.size(); i++) {
        sum ^= static_cast<uint32_t>(bytes[i]) << (width - 8);
        for (int bit = 0; bit < 8; bit++) sum = (sum & top ? sum << 1 ^ polynomial : sum << 1) & mask;
    }
    return sum;
}

// Residuals in 2^order parts of equal length, each with a parameter of its own.
struct Rice {
    int order = 0;
    std::vector<int> parameters;
    double bits = INFINITY;
};

double rice_bits(double sum, double count, int parameter) {
    return parameter == kAllZero ? 5 : count * (parameter + 1) + std::floor(std::ldexp(sum, -parameter));
}

int parameter_of(double sum, double count) {
    if (sum == 0) return kAllZero;
    const int near = std::clamp(static_cast<int>(std::floor(std::log2(std::max(sum / std::max(count, 1.0), 1.0)))), 0, kMostParameter);
    return near > 0 && rice_bits(sum, count, near - 1) < rice_bits(sum, count, near) ? near - 1 : near;
}

Rice rice_of(const Row& residual, size_t length, size_t before) {
    int most = 0;
    while (most < kMostParts && length % (size_t{2} << most) == 0 && length / (size_t{2} << most) > before) most++;
    std::vector<double> sums(size_t{1} << most);
    for (size_t i = 0; i < residual.size(); i++) sums[(i + before) / (length >> most)] += folded(residual[i]);
    Rice best;
    for (int order = most; order >= 0; order--) {
        const double each = static_cast<double>(length >> order);
        Rice made{order, {}, 6};
        for (size_t part = 0; part < sums.size(); part++) {
            const double count = part ? each : each - static_cast<double>(before);
            made.parameters.push_back(parameter_of(sums[part], count));
            made.bits += 4 + rice_bits(sums[part], count, made.parameters.back());
        }
        if (made.bits < best.bits) best = std::move(made);
        for (size_t i = 0; i < sums.size() / 2; i++) sums[i] = sums[2 * i] + sums[2 * i + 1];
        sums.resize(sums.size() / 2);
    }
    return best;
}

// A channel of a block, and how it is written.
struct Plan {
    enum { even, plain, differences } kind = plain;
    Row samples;  // without the zeros that all of them end in
    int depth = kDepth, wasted = 0, order = 0;
    Row residual;
    Rice rice;
    double bits = 0;
};

Plan plan_of(Row samples, int depth) {
    Plan out;
    int32_t all = 0;
    for (int32_t each : samples) all |= each;
    if (std::all_of(samples.begin(), samples.end(), [&](int32_t each) { return each == samples[0]; })) {
        out.kind = Plan::even, out.samples = std::move(samples), out.depth = depth, out.bits = 8 + depth;
        return out;
    }
    while (!(all >> out.wasted & 1)) out.wasted++;
    for (int32_t& each : samples) each >>= out.wasted;
    out.depth = depth - out.wasted;
    out.bits = 8 + out.wasted + static_cast<double>(samples.size()) * out.depth;
    Row row = samples, best = samples;
    int order = 0;
    auto sum_of = [](const Row& each) {
        double sum = 0;
        for (size_t i = kMostOrder; i < each.size(); i++) sum += std::abs(each[i]);
        return sum;
    };
    double least = sum_of(row);
    for (int each = 1; each <= kMostOrder && static_cast<size_t>(each) < samples.size(); each++) {
        for (size_t i = row.size() - 1; i >= static_cast<size_t>(each); i--) row[i] -= row[i - 1];
        if (const double sum = sum_of(row); sum < least) least = sum, order = each, best = row;
    }
    best.erase(best.begin(), best.begin() + order);
    Rice rice = rice_of(best, samples.size(), static_cast<size_t>(order));
    if (const double bits = 8 + out.wasted + order * out.depth + rice.bits; bits < out.bits)
        out.kind = Plan::differences, out.order = order, out.residual = std::move(best), out.rice = std::move(rice), out.bits = bits;
    out.samples = std::move(samples);
    return out;
}

void write_plan(BitWriter& out, const Plan& plan) {
    out.put(plan.kind == Plan::even ? 0u : plan.kind == Plan::plain ? 1u : 8u + static_cast<uint32_t>(plan.order), 7);
    out.put(plan.wasted ? 1 : 0, 1);
    if (plan.wasted) out.unary(static_cast<uint32_t>(plan.wasted) - 1);
    const size_t whole = plan.kind == Plan::even ? 1 : plan.kind == Plan::plain ? plan.samples.size() : static_cast<size_t>(plan.order);
    for (size_t i = 0; i < whole; i++) out.put(static_cast<uint32_t>(plan.samples[i]), plan.depth);
    if (plan.kind != Plan::differences) return;
    out.put(0, 2);  // parameters of four bits
    out.put(static_cast<uint32_t>(plan.rice.order), 4);
    const size_t size = plan.samples.size() >> plan.rice.order;
    size_t at = 0;
    for (size_t part = 0; part < plan.rice.parameters.size(); part++) {
        const int parameter = plan.rice.parameters[part];
        out.put(static_cast<uint32_t>(parameter), 4);
        const size_t end = (part + 1) * size - static_cast<size_t>(plan.order);
        if (parameter == kAllZero) {
            out.put(0, 5);
            at = end;
            continue;
        }
        for (; at < end; at++) {
            const uint32_t value = folded(plan.residual[at]);
            out.unary(value >> parameter);
            out.put(value, parameter);
        }
    }
}

// The plans of a block's channels, and the number of the way in which two are written.
std::pair<std::vector<Plan>, uint32_t> plans_of(const std::vector<Row>& channels) {
    if (channels.size() == 1) return {{plan_of(channels[0], kDepth)}, 0};
    const Row &left = channels[0], &right = channels[1];
    Row middle(left.size()), side(left.size());
    for (size_t i = 0; i < left.size(); i++) middle[i] = (left[i] + right[i]) >> 1, side[i] = left[i] - right[i];
    Plan plans[4] = {plan_of(left, kDepth), plan_of(right, kDepth), plan_of(middle, kDepth), plan_of(std::move(side), kDepth + 1)};
    static constexpr struct { int first, second; uint32_t way; } ways[] = {{0, 1, 1}, {0, 3, 8}, {3, 1, 9}, {2, 3, 10}};
    const auto* best = &ways[0];
    for (const auto& each : ways)
        if (plans[each.first].bits + plans[each.second].bits < plans[best->first].bits + plans[best->second].bits) best = &each;
    return {{plans[best->first], plans[best->second]}, best->way};
}

// A number in the bytes of UTF-8, up to 65,535.
void put_number(BitWriter& out, uint32_t number) {
    if (number < 0x80) return out.put(number, 8);
    if (number < 0x800) {
        out.put(0xc0 | number >> 6, 8);
    } else {
        out.put(0xe0 | number >> 12, 8);
        out.put(0x80 | (number >> 6 & 63), 8);
    }
    out.put(0x80 | (number & 63), 8);
}

}  // namespace

Bytes flac_file(const std::vector<Row>& channels, int rate, size_t block) {
    const size_t count = channels[0].size();
    Bytes frames;
    size_t least = SIZE_MAX, most = 0;
    uint32_t number = 0;
    for (size_t start = 0; start < count; start += block, number++) {
        const size_t from = frames.size(), length = std::min(block, count - start);
        std::vector<Row> parts;
        for (const Row& each : channels) parts.emplace_back(each.begin() + static_cast<std::ptrdiff_t>(start), each.begin() + static_cast<std::ptrdiff_t>(start + length));
        const auto [plans, way] = plans_of(parts);
        {
            BitWriter out(frames);
            out.put(0xfff8, 16);
            out.put(7, 4);  // the block's length follows
            out.put(rate == 44100 ? 9 : rate == 22050 ? 6 : 0, 4);
            out.put(way, 4);
            out.put(4, 3);  // 16 bits
            out.put(0, 1);
            put_number(out, number);
            out.put(static_cast<uint32_t>(length - 1), 16);
            out.put(check_sum(frames, from, 8, 0x07), 8);
            for (const Plan& plan : plans) write_plan(out, plan);
        }
        const uint32_t sum = check_sum(frames, from, 16, 0x8005);
        frames.push_back(static_cast<uint8_t>(sum >> 8));
        frames.push_back(static_cast<uint8_t>(sum & 255));
        least = std::min(least, frames.size() - from), most = std::max(most, frames.size() - from);
    }
    Bytes out = {'f', 'L', 'a', 'C', 0x80, 0, 0, 34};  // the last block of facts: about the stream
    {
        BitWriter facts(out);
        for (int i = 0; i < 2; i++) facts.put(static_cast<uint32_t>(block), 16);
        facts.put(static_cast<uint32_t>(least), 24);
        facts.put(static_cast<uint32_t>(most), 24);
        facts.put(static_cast<uint32_t>(rate), 20);
        facts.put(static_cast<uint32_t>(channels.size() - 1), 3);
        facts.put(kDepth - 1, 5);
        facts.put(0, 4);
        facts.put(static_cast<uint32_t>(count), 32);
        for (int i = 0; i < 4; i++) facts.put(0, 32);  // no digest of the samples: each frame has its sum
    }
    out.insert(out.end(), frames.begin(), frames.end());
    return out;
}

}  // namespace ndm
