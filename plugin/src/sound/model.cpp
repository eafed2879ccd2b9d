#include "model.h"

#include <cmath>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "random_stream.h"

namespace ndm {
namespace {

using Json = nlohmann::json;

constexpr double kDeviations = 2.0;  // a control of 1 is so many standard deviations
constexpr double kMostControl = 8.0;
constexpr double kMove = 0.8;  // standard deviations of a draw's move from its exemplar
constexpr int kAxes = 3;

// The order that seeds were laid out in; a category's number here chooses its kits (draw.py).
const std::array<const char*, 11> kCategories = {"kick", "clap", "snare", "open_hihat", "closed_hihat",
                                                 "tambourine", "conga", "bongo", "shaker", "snap", "tom"};

float widened(uint16_t half) {
    int exponent = half >> 10 & 31, fraction = half & 1023;
    double value = exponent ? std::ldexp(1024 + fraction, exponent - 25) : std::ldexp(fraction, -24);
    return static_cast<float>(half & 0x8000 ? -value : value);
}

// The arrays of a file whose parts the engine has checked.
class Parts {
public:
    explicit Parts(const std::vector<uint8_t>& bytes) : bytes_(bytes) {
        uint64_t length;
        std::memcpy(&length, bytes.data() + 16, 8);
        const char* from = reinterpret_cast<const char*>(bytes.data()) + 56;
        header = Json::parse(from, from + length);
        body_ = 56 + length;
    }

    bool has(const char* name) const { return header["parts"].contains(name); }
    std::vector<int> shape(const char* name) const { return header["parts"].at(name).at("shape"); }

    std::vector<float> floats(const char* name) const {
        const Json& part = header["parts"].at(name);
        const uint8_t* from = bytes_.data() + body_ + part.at("offset").get<size_t>();
        size_t size = part.at("bytes");
        if (part.at("dtype") == "float16") {
            std::vector<float> out(size / 2);
            for (size_t i = 0; i < out.size(); i++) {
                uint16_t half;
                std::memcpy(&half, from + 2 * i, 2);
                out[i] = widened(half);
            }
            return out;
        }
        std::vector<float> out(size / 4);
        std::memcpy(out.data(), from, out.size() * 4);
        return out;
    }

    Json header;

private:
    const std::vector<uint8_t>& bytes_;
    size_t body_;
};

// The lower Cholesky factor of a matrix, row by row, as LAPACK's potrf makes it up to rounding.
std::vector<double> cholesky(const float* matrix, int n) {
    std::vector<double> out(static_cast<size_t>(n) * n);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = matrix[i * n + j];
            for (int k = 0; k < j; k++) sum -= out[i * n + k] * out[j * n + k];
            if (i == j && !(sum > 0)) throw std::runtime_error("the model's covariances are not positive");
            out[i * n + j] = i == j ? std::sqrt(sum) : sum / out[j * n + j];
        }
    }
    return out;
}

}  // namespace

Model::Model(const std::vector<uint8_t>& bytes) {
    char sentence[NDM_SENTENCE] = "";
    if (ndm_model_open(bytes.data(), bytes.size(), nullptr, NDM_BEST, &model_, sentence))
        throw std::runtime_error(*sentence ? sentence : "no memory for the model");
    try {
        Parts parts(bytes);
        const Json& header = parts.header;
        ndm_facts facts = ndm_model_facts(model_);
        hash_ = facts.hash;
        dim_ = facts.latent_dim;
        for (const Json& name : header.at("categories")) categories_.push_back(name);
        const int count = static_cast<int>(categories_.size()), square = dim_ * dim_;
        means_ = parts.floats("codes.mean");
        covariances_ = parts.floats("codes.covariance");
        axes_ = parts.floats("controls.axes");
        if (parts.shape("controls.axes").size() == 2) {  // all categories share their directions
            std::vector<float> one = axes_;
            for (int c = 1; c < count; c++) axes_.insert(axes_.end(), one.begin(), one.end());
        }
        bool mixed = parts.has("mixture.shares");
        shares_ = mixed ? parts.floats("mixture.shares") : std::vector<float>(count, 1.0f);
        centres_ = static_cast<int>(shares_.size()) / count;
        std::vector<float> centres = mixed ? parts.floats("mixture.centres") : means_;
        std::vector<float> about = mixed ? parts.floats("mixture.covariance") : covariances_;
        offsets_.resize(static_cast<size_t>(count) * centres_ * dim_);
        const Json named = header.value("controls", Json::object()).value("axis_names", Json::object());
        for (int c = 0; c < count; c++) {
            draw_factors_.push_back(cholesky(&covariances_[c * square], dim_));
            near_factors_.push_back(cholesky(&about[c * square], dim_));
            for (int k = 0; k < centres_; k++)
                for (int d = 0; d < dim_; d++) {
                    size_t at = (static_cast<size_t>(c) * centres_ + k) * dim_ + d;
                    offsets_[at] = centres[at] - means_[c * dim_ + d];
                }
            std::array<double, 3> scale{};
            for (int a = 0; a < kAxes; a++) {
                const float* axis = &axes_[(c * kAxes + a) * dim_];
                float along = 0;  // single precision, as the reference sums it
                for (int d = 0; d < dim_; d++) {
                    float row = 0;
                    for (int e = 0; e < dim_; e++) row += covariances_[c * square + d * dim_ + e] * axis[e];
                    along += row * axis[d];
                }
                scale[a] = kDeviations * std::sqrt(static_cast<double>(along));
            }
            scales_.push_back(scale);
            std::array<std::string, 3> names;
            if (auto found = named.find(categories_[c]); found != named.end())
                for (int a = 0; a < kAxes; a++) names[a] = found->at(static_cast<size_t>(a));
            axis_names_.push_back(names);
        }
        maps_.resize(count);
        if (parts.has("controls.map")) {
            std::vector<float> all = parts.floats("controls.map");
            map_places_ = parts.shape("controls.map").at(2);
            const size_t each = static_cast<size_t>(map_places_) * map_places_;
            for (int c = 0; c < count; c++)
                maps_[c].assign(all.begin() + 2 * c * each, all.begin() + (2 * c + 1) * each);
        }
        kits_.resize(count);
        if (header.contains("exemplars")) {
            std::vector<float> codes = parts.floats("exemplars.codes");
            std::map<std::pair<int, std::string>, size_t> places;
            int number = 0;
            for (const Json& each : header.at("exemplars").at("exemplars")) {
                int c = number_of(each.at("category"));
                credits_.push_back({each.at("name"), each.at("source"), each.at("licence"), each.at("attribution")});
                exemplar_category_.push_back(each.at("category"));
                exemplar_codes_.emplace_back(codes.begin() + number * dim_, codes.begin() + (number + 1) * dim_);
                if (c >= 0) {
                    auto [place, fresh] = places.try_emplace({c, each.at("kit")}, kits_[c].size());
                    if (fresh) kits_[c].emplace_back();
                    kits_[c][place->second].push_back(number);
                }
                number++;
            }
        }
    } catch (const Json::exception&) {
        ndm_model_close(model_);
        throw std::runtime_error("the model's header makes no sense; install the plug-in again");
    } catch (...) {
        ndm_model_close(model_);
        throw;
    }
}

Model::~Model() { ndm_model_close(model_); }

int Model::number_of(const std::string& category) const {
    for (size_t i = 0; i < categories_.size(); i++)
        if (categories_[i] == category) return static_cast<int>(i);
    return -1;
}

Model::Doubles Model::correlated(const Doubles& factor, Stream& random) const {
    Doubles normal(dim_), out(dim_);
    for (double& each : normal) each = random.normal();
    for (int i = 0; i < dim_; i++)
        for (int j = 0; j <= i; j++) out[i] += factor[i * dim_ + j] * normal[j];
    return out;
}

Drum Model::drawn(int category, uint32_t seed, double wild) const {
    Drum drum;
    drum.category = category;
    drum.code.resize(dim_);
    Stream random(seed);
    const auto& kits = kits_.at(category);
    if (kits.empty()) {
        Doubles near = correlated(near_factors_[category], random);
        double place = random.sample(), sum = 0;
        int centre = 0;
        for (; centre < centres_ - 1; centre++)
            if ((sum += shares_[category * centres_ + centre]) > place) break;
        const float* offset = &offsets_[(static_cast<size_t>(category) * centres_ + centre) * dim_];
        for (int d = 0; d < dim_; d++)
            drum.code[d] = static_cast<float>(means_[category * dim_ + d] + wild * (offset[d] + near[d]));
        return drum;
    }
    uint32_t number = 0;
    for (; number < kCategories.size(); number++)
        if (categories_[category] == kCategories[number]) break;
    uint32_t spread = seed * 2654435769u + number * 362436069u;
    const auto& kit = kits[static_cast<size_t>(spread / 4294967296.0 * static_cast<double>(kits.size()))];
    int exemplar = kit[static_cast<size_t>(random.sample() * static_cast<double>(kit.size()))];
    Doubles move = correlated(draw_factors_[category], random);
    for (int d = 0; d < dim_; d++)
        drum.code[d] = exemplar_codes_[exemplar][d] + static_cast<float>(wild * kMove * move[d]);
    drum.exemplars = {{exemplar, 1.0f}};
    return drum;
}

Drum Model::typical(int category) const {
    const float* mean = &means_[category * dim_];
    Drum drum;
    drum.category = category;
    drum.code = Code(mean, mean + dim_);
    float nearest = INFINITY;
    for (const auto& kit : kits_.at(category))
        for (int number : kit) {
            float distance = 0;
            for (int d = 0; d < dim_; d++) {
                float off = exemplar_codes_[number][d] - mean[d];
                distance += off * off;
            }
            if (distance < nearest) {
                nearest = distance;
                drum.exemplars = {{number, 1.0f}};
            }
        }
    return drum;
}

std::array<double, 3> Model::position(int category, const Code& code) const {
    std::array<double, 3> out{};
    for (int a = 0; a < kAxes; a++) {
        const float* axis = &axes_[(category * kAxes + a) * dim_];
        for (int d = 0; d < dim_; d++)
            out[a] += axis[d] * (static_cast<double>(code[d]) - means_[category * dim_ + d]);
        out[a] /= scales_[category][a];
    }
    return out;
}

Code Model::moved(int category, const Code& code, const std::array<double, 3>& by) const {
    if (by[0] == 0 && by[1] == 0 && by[2] == 0) return code;  // to the last bit
    std::array<double, 3> from = position(category, code), step;
    for (int a = 0; a < kAxes; a++) {
        double to = std::min(kMostControl, std::max(-kMostControl, from[a] + by[a]));
        step[a] = (to - from[a]) * scales_[category][a];
    }
    Code out(code);
    for (int d = 0; d < dim_; d++) {
        double sum = 0;
        for (int a = 0; a < kAxes; a++) sum += step[a] * axes_[(category * kAxes + a) * dim_ + d];
        out[d] = static_cast<float>(code[d] + sum);
    }
    return out;
}

Code Model::deviation(int category, uint32_t seed) const {
    Stream random(seed);
    Doubles step = correlated(near_factors_.at(category), random);
    return Code(step.begin(), step.end());
}

Code Model::deviations(int category) const {
    Code out(dim_);
    for (int d = 0; d < dim_; d++) out[d] = std::sqrt(covariances_[(category * dim_ + d) * dim_ + d]);
    return out;
}

}  // namespace ndm
