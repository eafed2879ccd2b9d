#include "resampler.h"

#include <cmath>

namespace ndm {
namespace {

constexpr int kCrossings = 64;   // zero crossings on each side
constexpr int kPlaces = 1024;    // places of the table between two of them; read with straight lines
constexpr double kBeta = 10.0;   // the Kaiser window's: side lobes under -100 dB
constexpr double kPass = 0.95;   // where the response has fallen by 6 dB, of the lower Nyquist frequency
constexpr double kPi = 3.14159265358979323846;

double bessel(double x) {  // of order 0
    double sum = 1, term = 1;
    for (int k = 1; k < 60; k++) {
        term *= x / (2 * k) * (x / (2 * k));
        sum += term;
    }
    return sum;
}

const std::vector<float>& table() {
    static const std::vector<float> made = [] {
        std::vector<float> out(kCrossings * kPlaces + 2);
        for (int i = 0; i < kCrossings * kPlaces; i++) {
            double x = static_cast<double>(i) / kPlaces, r = x / kCrossings;
            double sinc = i ? std::sin(kPi * x) / (kPi * x) : 1.0;
            out[i] = static_cast<float>(sinc * bessel(kBeta * std::sqrt(1 - r * r)) / bessel(kBeta));
        }
        return out;
    }();
    return made;
}

}  // namespace

std::vector<float> resampled(const std::vector<float>& samples, double step) {
    if (step == 1 || samples.empty()) return samples;
    const std::vector<float>& sinc = table();
    const double scale = kPass * (step > 1 ? 1 / step : 1);  // crossings per input sample
    const long n = static_cast<long>(samples.size());
    const double reach = kCrossings / scale;
    std::vector<float> out(static_cast<size_t>(std::ceil(static_cast<double>(n) / step)));
    for (size_t i = 0; i < out.size(); i++) {
        const double at = static_cast<double>(i) * step;
        long first = static_cast<long>(std::ceil(at - reach)), last = static_cast<long>(std::floor(at + reach));
        if (first < 0) first = 0;
        if (last > n - 1) last = n - 1;
        double sum = 0;
        for (long k = first; k <= last; k++) {
            const double x = std::fabs(static_cast<double>(k) - at) * scale * kPlaces;
            const int place = static_cast<int>(x);
            if (place >= kCrossings * kPlaces) continue;
            const float rest = static_cast<float>(x - place);
            sum += samples[static_cast<size_t>(k)] * (sinc[place] + rest * (sinc[place + 1] - sinc[place]));
        }
        out[i] = static_cast<float>(sum * scale);
    }
    return out;
}

}  // namespace ndm
