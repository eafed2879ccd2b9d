#include "loudness.h"

#include <cmath>

namespace ndm {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kBlock = 0.4, kStep = 0.1, kGate = -70.0, kUnder = -10.0, kOffset = -0.691;

struct Filter {
    double b[3], a[3], x1 = 0, x2 = 0, y1 = 0, y2 = 0;

    double operator()(double x) {
        double y = b[0] * x + b[1] * x1 + b[2] * x2 - a[1] * y1 - a[2] * y2;
        x2 = x1, x1 = x, y2 = y1, y1 = y;
        return y;
    }
};

// The two filters of K-weighting for any rate (De Man 2014).
Filter shelf(double rate) {
    double k = std::tan(kPi * 1681.974450955533 / rate), q = 0.7071752369554196;
    double high = std::pow(10, 3.999843853973347 / 20), middle = std::pow(high, 0.4996667741545416);
    double scale = 1 + k / q + k * k;
    return {{(high + middle * k / q + k * k) / scale, 2 * (k * k - high) / scale, (high - middle * k / q + k * k) / scale},
            {1, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale}};
}

Filter high_pass(double rate) {
    double k = std::tan(kPi * 38.13547087602444 / rate), q = 0.5003270373238773, scale = 1 + k / q + k * k;
    return {{1, -2, 1}, {1, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale}};
}

}  // namespace

double loudness(const std::vector<float>& samples, double rate) {
    const size_t block = static_cast<size_t>(std::lround(kBlock * rate));
    const size_t step = static_cast<size_t>(std::lround(kStep * rate));
    const size_t length = samples.size() > block ? samples.size() : block;
    Filter first = shelf(rate), second = high_pass(rate);
    std::vector<double> total(length + 1);
    for (size_t i = 0; i < length; i++) {
        double y = second(first(i < samples.size() ? samples[i] : 0.0));
        total[i + 1] = total[i] + y * y;
    }
    std::vector<double> kept;
    double sum = 0;
    for (size_t start = 0; start + block <= length; start += step) {
        double power = (total[start + block] - total[start]) / static_cast<double>(block);
        if (power > std::pow(10, (kGate - kOffset) / 10)) kept.push_back(power), sum += power;
    }
    if (kept.empty()) return -INFINITY;
    const double least = sum / static_cast<double>(kept.size()) * std::pow(10, kUnder / 10);
    double count = 0;
    sum = 0;
    for (double power : kept)
        if (power > least) sum += power, count++;
    return kOffset + 10 * std::log10(sum / count);
}

}  // namespace ndm
