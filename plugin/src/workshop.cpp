// Over 250 lines, because making a drum, its hits and handing them over share one lock and one queue.
#include "workshop.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <stdexcept>

#include "session/wav_file.h"
#include "sound/morph.h"
#include "sound/resampler.h"

namespace ndm {
namespace {

constexpr double kVariationSize = 0.35;  // standard deviations of a variation, as on the page
constexpr double kEndFade = 0.005, kStartFade = 0.001;  // seconds of the fades of a sound that is cut

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

std::string recordings_of(const Json& recipe) {
    std::string out;
    if (!recipe.is_object() || !recipe.contains("recordings")) return out;
    for (const Json& each : recipe["recordings"]) {
        if (!out.empty()) out += "; ";
        out += each.value("name", "") + " (" + each.value("licence", "") + ", " + each.value("attribution", "") + ")";
    }
    return out;
}

// Further hits of a drum's softer layers behind its own, all as loud as these; none where nobody knows how it
// is struck.
template <class Made>
Hits layered(const Made& made, bool has_timbre) {
    Hits out = made.hits;
    if (!has_timbre) return out;
    try {
        const Recipe recipe = Recipe::of(made.recipe);
        for (int layer = 1; layer < kLayers; layer++)
            for (const auto& hit : made.hits) {
                Audio soft = Maker::layer(*hit, made.onset, recipe.category, recipe.to, recipe.t, kLayerVelocity[layer]);
                out.push_back(std::make_shared<const Audio>(std::move(soft)));
            }
    } catch (const std::exception&) {  // such as no memory: soft strokes are quieter, then
        return made.hits;
    }
    return out;
}

// The part of a sound between two shares of its length, with a fade where it is cut.
Samples cut(const Samples& whole, double start, double end, double rate) {
    const size_t from = static_cast<size_t>(start * static_cast<double>(whole.size()));
    const size_t to = static_cast<size_t>(std::ceil(end * static_cast<double>(whole.size())));
    Samples out(whole.begin() + static_cast<std::ptrdiff_t>(from), whole.begin() + static_cast<std::ptrdiff_t>(std::max(from, std::min(to, whole.size()))));
    auto fade = [&](double seconds, bool at_end) {
        const size_t length = std::min(out.size(), static_cast<size_t>(seconds * rate) + 1);
        for (size_t i = 0; i < length; i++) out[at_end ? out.size() - 1 - i : i] *= static_cast<float>(i) / static_cast<float>(length);
    };
    if (from > 0) fade(kStartFade, false);
    if (to < whole.size()) fade(kEndFade, true);
    return out;
}

// A hit at another rate and pitch, cut.
template <class Want>
Audio played(const Audio& hit, const Want& want) {
    const double step = want.pitch == 0 && want.rate == kRate ? 1 : kRate * std::exp2(want.pitch / 12) / want.rate;
    Audio out = hit;
    out.each([&](Samples& each) { each = cut(resampled(each, step), want.start, want.end, want.rate); });
    return out;
}

}  // namespace

Workshop::Workshop(const std::atomic<float>* parameters, Player& player, std::string binary)
    : parameters_(parameters), player_(player), binary_(std::move(binary)) {
    asked_ = 1;
    thread_ = std::thread([this] { run(); });
}

Workshop::~Workshop() {
    ended_ = true;
    ask();
    thread_.join();
}

void Workshop::ask() {
    asked_.fetch_add(1);
    asked_.notify_one();  // a futex: it waits for nobody
}

void Workshop::changed(int index) {
    if (index < kValues && (index >= kMainLevel || index % kPadParameters >= kFirstOfPlay)) return;
    ask();
}

int Workshop::waiting() const {
    const int stale = stale_.load();
    return asked_.load() != answered_.load() ? std::max(stale, 1) : stale;
}

void Workshop::set_rate(double rate) {
    {
        std::lock_guard<std::mutex> lock(mutex_);
        rate_ = rate;
    }
    ask();
}

void Workshop::settle(double seconds) {
    std::unique_lock<std::mutex> lock(mutex_);
    idle_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return waiting() == 0; });
}

// The kit's drum or the sample that a pad plays; null where it plays a drum that is drawn.
std::shared_ptr<const Recipe> Workshop::base_of(int pad) const {
    const Pad& own = pads_[pad];
    const bool is_chosen = own.base && std::lround(value(pad, kSeed)) == kKitSeed && category_number(own.base->category) == std::lround(value(pad, kCategory));
    return is_chosen ? own.base : nullptr;
}

// Identifies the drum of a pad before it is morphed.
std::string Workshop::plain_key(int pad) const {
    char text[160];
    std::string from;
    if (base_of(pad)) {
        from = "kit " + pads_[pad].base_key;
    } else {
        std::snprintf(text, sizeof text, "%s seed %ld wild %.3f", category_name(static_cast<int>(std::lround(value(pad, kCategory)))),
                      std::lround(value(pad, kSeed)), rounded(value(pad, kWild) / 100.0, 1000));
        from = text;
    }
    std::snprintf(text, sizeof text, " take %ld variation %ld p %.3f %.3f %.3f", std::lround(value(pad, kTake)),
                  std::lround(value(pad, kVariation)), rounded(value(pad, kP1), 1000) + 0.0, rounded(value(pad, kP2), 1000) + 0.0,
                  rounded(value(pad, kP3), 1000) + 0.0);
    from += text;
    const Wish wish = wish_of(pad);
    for (int i = 0; i < NDM_QUALITIES; i++) {
        if (!std::isfinite(wish[static_cast<size_t>(i)])) continue;
        std::snprintf(text, sizeof text, " %s %.9g", quality_name(i), wish[static_cast<size_t>(i)]);
        from += text;
    }
    if (const float blend = blend_of(pad); blend > 0) {
        std::snprintf(text, sizeof text, " blend %.9g", static_cast<double>(blend));
        from += text;
    }
    return from;
}

std::string Workshop::drum_key(int pad) const {
    const auto [toward, t] = way_of(pad);
    if (t == 0) return plain_key(pad);
    char text[40];
    std::snprintf(text, sizeof text, " morph %.3f to ", t);
    return plain_key(pad) + text + plain_key(toward);
}

// The pad that a pad's drum is morphed to, and how far.
std::pair<int, double> Workshop::way_of(int pad) const {
    const int toward = static_cast<int>(std::lround(value(pad, kToward))) - 1;
    return {toward, toward < 0 || toward == pad ? 0 : rounded(value(pad, kMorph) / 100.0, 1000)};
}

// What is asked of a pad's sound. A kit's own values are asked for to their last digit.
Wish Workshop::wish_of(int pad) const {
    const std::shared_ptr<const Recipe> base = base_of(pad);
    const uint32_t offered = offered_in(category_name(static_cast<int>(std::lround(value(pad, kCategory)))));
    Wish out = kNoWish;
    for (int i = 0; i < NDM_QUALITIES; i++) {
        if (!(offered >> i & 1)) continue;
        const PadParameter parameter = static_cast<PadParameter>(kFirstValue + i);
        const float set = value(pad, parameter);
        const double kits = base ? base->wish[static_cast<size_t>(i)] : NAN;
        out[static_cast<size_t>(i)] = std::isfinite(kits) && parameter_of(parameter, kits) == set ? kits : value_asked(parameter, set);
    }
    return out;
}

// The generator's share of a pad's sample; 0 where it plays none.
float Workshop::blend_of(int pad) const {
    const std::shared_ptr<const Recipe> base = base_of(pad);
    if (!base || base->own.empty()) return 0;
    const float set = value(pad, kBlend);
    return base->blend * 100 == set ? base->blend : static_cast<float>(rounded(set / 100.0, 1000));
}

Workshop::Plan Workshop::plan_of(int pad) const {
    Plan out{base_of(pad), static_cast<int>(std::lround(value(pad, kCategory))), static_cast<int>(std::lround(value(pad, kSeed))),
             static_cast<int>(std::lround(value(pad, kTake))), static_cast<int>(std::lround(value(pad, kVariation))),
             rounded(value(pad, kWild) / 100.0, 1000), {}, wish_of(pad), blend_of(pad)};
    for (int a = 0; a < 3; a++) out.by[static_cast<size_t>(a)] = rounded(value(pad, static_cast<PadParameter>(kP1 + a)), 1000);
    return out;
}

// The drum of a plan before its moves are heard: with its code moved.
Drum Workshop::drum_of(const Plan& plan) const {
    const Model& model = maker_->model();
    Drum out;
    if (plan.base) {
        out = plan.base->drum(model);
    } else {
        const int number = model.number_of(category_name(plan.category));
        if (number < 0) throw std::runtime_error(std::string("the model has no ") + category_name(plan.category));
        out = plan.seed < 0 ? model.typical(number) : model.drawn(number, static_cast<uint32_t>(plan.seed), plan.wild);
    }
    out.take = plan.take;
    if (plan.variation) {
        const Code step = model.deviation(out.category, static_cast<uint32_t>(plan.variation));
        const float scale = static_cast<float>(kVariationSize * (plan.base ? 1.0 : plan.wild));
        for (size_t d = 0; d < step.size(); d++) out.code[d] += scale * step[d];
    }
    out.code = model.moved(out.category, out.code, plan.by);
    out.wish = plan.wish;
    out.blend = plan.blend;
    return out;
}

Workshop::Want Workshop::wanted(int pad) const {
    Want out;
    out.drum = drum_key(pad);
    out.humanise = rounded(value(pad, kHumanise) / 100.0, 1000);
    out.pitch = rounded(value(pad, kPitch), 1000);
    out.start = rounded(value(pad, kStart) / 100.0, 10000);
    out.end = std::max(rounded(value(pad, kEnd) / 100.0, 10000), out.start + 0.005);
    out.rate = rate_;
    out.timbre = value(pad, kTimbre) >= 0.5f;
    return out;
}

bool Workshop::is_stale(int pad) const {
    const Want want = wanted(pad);
    const Pad& own = pads_[pad];
    const Want& has = own.played;
    return own.made.drum != want.drum || own.made.humanise != want.humanise || !own.made.complete || has.humanise != want.humanise ||
           !has.is_cut_as(want) || has.timbre != want.timbre;
}

bool Workshop::is_foreign(const Made& made) const {
    return !made.hits.empty() && !(maker_ && made.model == maker_->model().hash());
}

void Workshop::open_model() {
    std::string fault;
    std::unique_ptr<Maker> maker;
    try {
        maker = std::make_unique<Maker>(shared_model(binary_));
    } catch (const std::exception& error) {
        fault = error.what();
    }
    std::lock_guard<std::mutex> lock(mutex_);
    maker_ = std::move(maker);
    if (!fault.empty()) fault_ = fault;
}

void Workshop::run() {
    open_model();
    while (!ended_) {
        while (!ended_ && work_once()) {
        }
        asked_.wait(answered_.load());
    }
}

// Does the most urgent piece of work; false if there is none.
bool Workshop::work_once() {
    while (PadSound* sound = player_.returns().take()) delete sound;
    if (take_in()) return true;
    const uint32_t asked = asked_.load();
    int pad = -1, count = 0, urgency = 0, foreign = 0;
    bool is_complete = false;
    Want want;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        if (rate_ > 0)
            for (int each = 0; each < kPads; each++) {
                foreign += is_foreign(pads_[each].made);
                if (!is_stale(each)) continue;
                count++;
                const Want its = wanted(each);
                const Pad& own = pads_[each];
                // A drum before its further hits, and these before their softer layers; a pad that is there before
                // one that only lacks those.
                const bool is_made = own.made.drum == its.drum;
                const bool is_heard = is_made && own.played.is_cut_as(its);
                const int its_urgency = !is_made ? 3 : !is_heard ? 2 : 1;
                if (its_urgency <= urgency) continue;
                pad = each, urgency = its_urgency, want = its;
                is_complete = own.made.complete && own.made.humanise == its.humanise;
            }
        foreign_ = foreign;
        stale_ = count + static_cast<int>(arrivals_.size());
        answered_ = asked;
        if (pad < 0) idle_.notify_all();
    }
    if (pad < 0) return false;
    if (urgency == 3) make_drum(pad, want);
    else if (urgency == 2) want.timbre = false, hand_over(pad, want);
    else if (!is_complete) make_hits(pad, want);
    else hand_over(pad, want);
    return true;
}

void Workshop::make_drum(int pad, const Want& want) {
    Plan plan, other;
    double t = 0;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        Pad& own = pads_[pad];
        if (want.drum != drum_key(pad)) return;
        if (own.kept.drum == want.drum) {  // also where another model made it
            own.made = own.kept;
            own.version++;
            own.played.drum.clear();
            return;
        }
        plan = plan_of(pad);
        const auto way = way_of(pad);
        t = way.second;
        if (t > 0) other = plan_of(way.first);
    }
    std::string note;
    Json recipe;
    Drum drum;
    std::array<double, 3> place{};
    Maker::Sound made;
    try {
        if (!maker_) throw std::runtime_error(fault_);
        const Model& model = maker_->model();
        for (const auto& base : {plan.base, other.base}) {
            if (!base) continue;
            for (const std::string& each : base->unplayed) note += (note.empty() ? "" : ", ") + each;
        }
        if (!note.empty()) note = "Played without what the plug-in lacks: " + note;
        drum = drum_of(plan);
        place = model.position(drum.category, drum.code);
        if (t > 0) drum = morphed(*maker_, drum, drum_of(other), t);
        drum.wish = plan.wish;
        made = maker_->sound(drum);
        for (int i = 0; i < NDM_QUALITIES; i++) {
            const size_t at = static_cast<size_t>(i);
            if (!(made.missed >> i & 1)) continue;
            note += (note.empty() ? "Out of reach: " : "; ") + told(i, plan.wish[at]);
            if (std::isfinite(made.values[at])) note += " (it has " + told(i, made.values[at]).substr(std::string(quality_name(i)).size() + 1) + ")";
        }
        if (plan.base && t == 0) {
            recipe = plan.base->values;
            recipe["take"] = drum.take;
            if (drum.code != plan.base->code) recipe["code"] = code_values(drum.code), recipe["engine"] = "native";
            bool is_other = false;  // NaN is no number, so a pair of them is alike, too
            for (size_t i = 0; i < plan.wish.size(); i++)
                is_other |= plan.wish[i] != plan.base->wish[i] && (std::isfinite(plan.wish[i]) || std::isfinite(plan.base->wish[i]));
            if (is_other) {
                recipe["wish"] = wish_values(plan.wish);
                recipe["engine"] = "native";
                if (recipe["wish"].empty()) recipe.erase("wish");
            }
            if (plan.blend != plan.base->blend) recipe["blend"] = static_cast<double>(plan.blend), recipe["engine"] = "native";
        } else {
            recipe = recipe_values(model, drum, t > 0 ? -1 : plan.seed);
        }
    } catch (const std::exception& error) {
        note = error.what();
    }
    std::lock_guard<std::mutex> lock(mutex_);
    if (want.drum != drum_key(pad)) return;  // moved on meanwhile: the newest wins
    Pad& own = pads_[pad];
    own.version++;
    own.made.drum = want.drum;
    own.made.note = note;
    if (!made.audio.empty()) {
        own.made = Made{want.drum, maker_->model().hash(), note, 0, want.humanise == 0, {std::make_shared<const Audio>(std::move(made.audio))},
                        recipe, samples_of(drum), place, made.onset, made.values};
    } else {  // what was there goes on sounding, and the note says why
        own.made.humanise = want.humanise;
        own.made.complete = true;
    }
    own.played.drum.clear();
}

void Workshop::make_hits(int pad, const Want& want) {
    Made made;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        Pad& own = pads_[pad];
        if (own.made.drum != want.drum) return;
        if (own.kept.drum == want.drum && own.kept.humanise == want.humanise && own.kept.complete) {
            own.made = own.kept;
            own.played.drum.clear();
            return;
        }
        made = own.made;
    }
    if (!made.hits.empty()) made.hits.resize(1);
    if (!made.hits.empty() && want.humanise > 0 && maker_ && made.model == maker_->model().hash()) {
        try {
            const Drum drum = Recipe::of(made.recipe, made.own).drum(maker_->model());
            const uint32_t before = asked_.load();
            auto moved_on = [&] { return ended_ || asked_.load() != before; };
            for (Audio& each : maker_->further_hits(drum, *made.hits[0], want.humanise, static_cast<uint32_t>(pad), moved_on))
                made.hits.push_back(std::make_shared<const Audio>(std::move(each)));
            if (static_cast<int>(made.hits.size()) < kHits) return;
        } catch (const std::exception&) {  // such as no memory: the drum itself plays on
        }
    }
    made.humanise = want.humanise;
    made.complete = true;
    std::lock_guard<std::mutex> lock(mutex_);
    Pad& own = pads_[pad];
    if (own.made.drum != want.drum || want.drum != drum_key(pad)) return;
    own.made = std::move(made);
    own.played.drum.clear();
}

void Workshop::hand_over(int pad, const Want& want) {
    Made made;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        made = pads_[pad].made;
    }
    if (!made.hits.empty()) {
        auto sound = std::make_unique<PadSound>();
        const Hits hits = layered(made, want.timbre);
        sound->layers = static_cast<int>(hits.size() / made.hits.size());
        for (const auto& hit : hits) sound->hits.push_back(played(*hit, want));
        delete player_.mailbox(pad).put(sound.release());
    }
    std::lock_guard<std::mutex> lock(mutex_);
    pads_[pad].played = want;
    pads_[pad].played.humanise = made.humanise;
}

void Workshop::save_sound(int pad, const std::string& path) {
    settle(10);
    Want want;
    Hits hits;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        want = wanted(pad);
        hits = pads_[pad].made.hits;
    }
    if (hits.empty()) throw std::runtime_error("the pad has no sound yet");
    want.rate = kRate;
    Audio sound = played(*hits.front(), want);
    if (const float peak = sound.peak(); peak > 1) sound.each([&](Samples& each) { for (float& x : each) x /= peak; });
    write_wav(sound, kRate, path);
}

std::shared_ptr<const Model> Workshop::model() {
    std::lock_guard<std::mutex> lock(mutex_);
    return maker_ ? maker_->shared() : nullptr;
}

PadView Workshop::view(int pad) {
    std::lock_guard<std::mutex> lock(mutex_);
    const Pad& own = pads_[pad];
    PadView out;
    const int category = static_cast<int>(std::lround(value(pad, kCategory)));
    const std::shared_ptr<const Recipe> base = base_of(pad);
    out.of_kit = base != nullptr;
    if (base && !base->samples.empty()) out.sample = base->samples.front()->name;
    out.name = out.of_kit && !own.name.empty() ? own.name : category_word(category);
    out.note = own.made.note;
    if (!own.made.hits.empty()) out.sound = own.made.hits.front();
    out.place = own.made.place;
    out.recordings = recordings_of(own.made.recipe);
    out.version = own.version;
    out.values = own.made.values;
    out.offered = offered_in(category_name(category));
    return out;
}

std::string Workshop::status() {
    std::lock_guard<std::mutex> lock(mutex_);
    std::map<std::string, int> foreign;
    int played = 0, unplayed = 0;
    for (const Pad& own : pads_) {
        const Made& made = own.made;
        if (made.note.rfind("Played without", 0) == 0) unplayed++;
        if (!is_foreign(made)) continue;
        foreign[made.model]++;
        played++;
    }
    if (played) {
        const std::string of = foreign.begin()->first.substr(0, 12);
        return std::to_string(played) + (played == 1 ? " pad plays its sound" : " pads play their sounds") + " of model " + of + " from the session. " +
               (maker_ ? "A pad that is changed is made anew with model " + maker_->model().hash().substr(0, 12) + "." : fault_);
    }
    if (!fault_.empty()) return fault_;
    if (unplayed) return std::to_string(unplayed) + (unplayed == 1 ? " drum is" : " drums are") + " played without the values that the kit asks for; the plug-in lacks them.";
    return "";
}

}  // namespace ndm
