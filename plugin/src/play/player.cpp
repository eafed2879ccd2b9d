#include "player.h"

#include <algorithm>
#include <cmath>

namespace ndm {
namespace {

constexpr double kCrossFade = 0.005;  // seconds from an old sound to the new one of a pad that sounds
constexpr double kSteal = 0.003;      // seconds in which a voice ends that another one needs
constexpr double kGlide = 0.005;      // seconds in which a level or a pan follows its parameter

// A fade that begins and ends flat, as the reference's squared cosine.
float shape(float x) { return x * x * (3 - 2 * x); }

uint32_t mixed(uint32_t x) {  // spreads neighbouring numbers over all 32 bits (murmur3's finaliser)
    x ^= x >> 16, x *= 0x85ebca6bu, x ^= x >> 13, x *= 0xc2b2ae35u;
    return x ^ x >> 16;
}

}  // namespace

void Player::Glide::aim(float wanted, uint32_t frames) {
    if (wanted == target) return;
    target = wanted;
    left = frames;
    step = (target - now) / static_cast<float>(frames);
}

Player::~Player() {
    // A replaced sound that a voice still holds is in neither list.
    for (Voice& voice : voices_) {
        PadSound* sound = voice.sound;
        if (!sound || !sound->replaced) continue;
        for (Voice& other : voices_)
            if (other.sound == sound) other.sound = nullptr;
        delete sound;
    }
    for (PadSound* sound : current_) delete sound;
    for (PadSound* sound : homeless_) delete sound;
}

void Player::reset(double rate) {
    rate_ = rate;
    fresh_ = true;
    clock_ = 0;
    turns_ = {};
    for (Voice& voice : voices_)
        if (voice.sound) end(voice);
}

void Player::end(Voice& voice) {
    PadSound* sound = voice.sound;
    voice.sound = nullptr;
    if (--sound->voices > 0 || !sound->replaced) return;
    if (returns_.put(sound)) return;
    for (PadSound*& place : homeless_)
        if (!place) {
            place = sound;
            return;
        }
}

Player::Voice* Player::free_voice() {
    Voice *free = nullptr, *oldest = nullptr, *faintest = nullptr;
    int sounding = 0;
    for (Voice& voice : voices_) {
        if (!voice.sound) {
            free = free ? free : &voice;
        } else if (voice.step < 0) {
            if (!faintest || voice.fade < faintest->fade) faintest = &voice;
        } else {
            sounding++;
            if (!oldest || voice.age < oldest->age) oldest = &voice;
        }
    }
    if (sounding >= kMostAtOnce) oldest->step = static_cast<float>(-1 / (kSteal * rate_));
    if (!free && faintest) {
        end(*faintest);
        free = faintest;
    }
    return free;
}

void Player::take_new_sounds() {
    for (PadSound*& place : homeless_)
        if (place && returns_.put(place)) place = nullptr;
    for (int pad = 0; pad < kPads; pad++) {
        PadSound* sound = mailboxes_[pad].take();
        if (!sound) continue;
        PadSound* old = current_[pad];
        current_[pad] = sound;
        if (!old) continue;
        old->replaced = true;
        old->voices++;  // held until all of its voices were looked at
        const float step = static_cast<float>(1 / (kCrossFade * rate_));
        for (Voice& voice : voices_) {
            if (voice.sound != old || voice.step < 0) continue;
            const int hit = std::min(voice.hit, sound->count() - 1);
            // The new one is over there: the old one rings out.
            if (voice.at >= sound->at(voice.layer, hit).size()) continue;
            Voice following = voice;
            voice.step = -step;
            if (Voice* other = free_voice()) {
                following.sound = sound;
                following.hit = hit;
                following.fade = 0;
                following.step = step;
                *other = following;
                sound->voices++;
            }
        }
        Voice held;
        held.sound = old;
        end(held);
    }
}

void Player::aim_gains() {
    const uint32_t frames = static_cast<uint32_t>(std::max(1.0, kGlide * rate_));
    const float main = std::pow(10.0f, parameters_[kMainLevel].load(std::memory_order_relaxed) / 20);
    for (int pad = 0; pad < kPads; pad++) {
        const float level = std::pow(10.0f, value(pad, kLevel) / 20) * (value(pad, kOutput) < 0.5f ? main : 1.0f);
        const float pan = value(pad, kPan);
        // The power of both sides is the same everywhere; in the middle both are 1 (kits/export/mix.py).
        const float angle = (pan + 1) * 0.785398163f;
        const float left = pan == 0 ? level : level * 1.41421356f * std::cos(angle);
        const float right = pan == 0 ? level : level * 1.41421356f * std::sin(angle);
        if (fresh_) {
            left_[pad] = Glide{left, left, 0, 0};
            right_[pad] = Glide{right, right, 0, 0};
        } else {
            left_[pad].aim(left, frames);
            right_[pad].aim(right, frames);
        }
    }
    fresh_ = false;
}

void Player::begin(const SongPlace& place) {
    place_ = place;
    take_new_sounds();
    aim_gains();
}

int Player::hit_of(int pad, int hits, uint32_t frame) {
    if (hits == 1) return 0;
    if (!place_.known) return static_cast<int>(turns_[pad]++ % static_cast<uint32_t>(hits));
    // A place of the song has one hit of its own, so that a bounce is what was heard.
    const double ticks = std::floor((place_.sixteenths + frame * place_.per_frame) * 12 + 0.5);
    const uint32_t place = static_cast<uint32_t>(static_cast<int64_t>(ticks));
    return static_cast<int>(mixed(place * 16 + static_cast<uint32_t>(pad)) % static_cast<uint32_t>(hits));
}

void Player::choke_others(int pad) {
    const int group = static_cast<int>(value(pad, kChoke) + 0.5f);
    if (!group) return;
    const float step = -1000 / (value(pad, kChokeTime) * static_cast<float>(rate_));
    for (Voice& voice : voices_)
        if (voice.sound && voice.pad != pad && static_cast<int>(value(voice.pad, kChoke) + 0.5f) == group)
            voice.step = std::min(voice.step, step);
}

void Player::note_on(int pad, int velocity, uint32_t frame) {
    struck_[pad].fetch_add(1, std::memory_order_relaxed);
    strength_[pad].store(static_cast<float>(velocity) / 127, std::memory_order_relaxed);
    choke_others(pad);
    PadSound* sound = current_[pad];
    if (!sound || sound->hits.empty()) return;
    Voice* voice = free_voice();
    if (!voice) return;
    *voice = Voice();
    voice->sound = sound;
    voice->pad = pad;
    voice->hit = hit_of(pad, sound->count(), frame);
    voice->age = clock_++;
    voice->gain = velocity_gain(velocity, value(pad, kVelocity) / 100, value(pad, kCurve));
    voice->layer = layer_of(voice->gain);
    sound->voices++;
}

void Player::all_off() {
    const float step = static_cast<float>(-1 / (2 * kCrossFade * rate_));
    for (Voice& voice : voices_)
        if (voice.sound) voice.step = std::min(voice.step, step);
}

void Player::midi(const uint8_t* message, uint32_t size, uint32_t frame) {
    if (size < 3) return;
    const int kind = message[0] & 0xf0, first = message[1] & 0x7f, second = message[2] & 0x7f;
    if (kind == 0x90 && second) {
        for (int pad = 0; pad < kPads; pad++)
            if (static_cast<int>(value(pad, kNote) + 0.5f) == first) note_on(pad, second, frame);
    } else if (kind == 0xb0 && (first == 120 || first == 123)) {  // all sound off, all notes off
        all_off();
    }
}

void Player::play(float** outputs, uint32_t from, uint32_t to) {
    while (from < to) {
        const uint32_t frames = std::min(kChunk, to - from);
        for (int pad = 0; pad < kPads; pad++) {
            // A sample of one's own may have two channels; until one sounds, both sides share the first row.
            float rows[2][kChunk];
            std::fill(rows[0], rows[0] + frames, 0.0f);
            bool heard = false, is_stereo = false;
            for (Voice& voice : voices_) {
                if (!voice.sound || voice.pad != pad) continue;
                heard = true;
                const Audio& audio = voice.sound->at(voice.layer, voice.hit);
                const uint32_t n = std::min(frames, static_cast<uint32_t>(audio.size()) - voice.at);
                if (!is_stereo && audio.channels() == 2) {
                    is_stereo = true;
                    std::copy(rows[0], rows[0] + frames, rows[1]);
                }
                float gains[kChunk];
                for (uint32_t i = 0; i < n; i++) gains[i] = voice.gain;
                for (uint32_t i = 0; i < n && voice.step != 0; i++) {
                    gains[i] *= shape(voice.fade);
                    voice.fade += voice.step;
                    if (voice.fade >= 1) voice.fade = 1, voice.step = 0;
                    if (voice.fade <= 0) voice.fade = 0;
                }
                const Samples* channels[2] = {&audio.left, audio.channels() == 2 ? &audio.right : &audio.left};
                for (int side = 0; side < (is_stereo ? 2 : 1); side++) {
                    const float* x = channels[side]->data() + voice.at;
                    for (uint32_t i = 0; i < n; i++) rows[side][i] += gains[i] * x[i];
                }
                voice.at += n;
                if (voice.at == audio.size() || (voice.step < 0 && voice.fade == 0)) end(voice);
            }
            Glide &left = left_[pad], &right = right_[pad];
            if (!heard && !left.left && !right.left) continue;
            const int pair = value(pad, kOutput) < 0.5f ? 0 : 2 + 2 * pad;
            float* sides[2] = {outputs[pair] + from, outputs[pair + 1] + from};
            Glide* glides[2] = {&left, &right};
            for (int side = 0; side < 2; side++) {
                Glide& glide = *glides[side];
                float* out = sides[side];
                const float* row = rows[is_stereo ? side : 0];
                for (uint32_t i = 0; i < frames; i++) {
                    out[i] += glide.now * row[i];
                    if (glide.left && --glide.left) glide.now += glide.step;
                    else glide.now = glide.target;
                }
            }
        }
        from += frames;
    }
}

}  // namespace ndm
