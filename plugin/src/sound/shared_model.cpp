// Finding the model beside the plug-in's binary, and opening it once for all instances.
#include <cstdio>
#include <cstring>
#include <mutex>
#include <stdexcept>

#include "model.h"

extern "C" {
#include "inflate.h"
}

namespace ndm {
namespace {

constexpr size_t kMostBytes = 256u << 20;  // of a model file

using Bytes = std::vector<uint8_t>;

bool read_file(const std::string& path, Bytes& bytes) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (!file) return false;
    std::fseek(file, 0, SEEK_END);
    long size = std::ftell(file);
    std::rewind(file);
    bool fine = size > 0 && static_cast<size_t>(size) <= kMostBytes;
    if (fine) {
        bytes.resize(static_cast<size_t>(size));
        fine = std::fread(bytes.data(), 1, bytes.size(), file) == bytes.size();
    }
    std::fclose(file);
    return fine;
}

// A packed model: the size in eight bytes, little-endian, then a zlib stream of its even bytes and, behind them, its odd
// ones. So the halves of its 16-bit numbers that are alike lie together, which makes it 6 % smaller.
Bytes unpacked(const Bytes& packed) {
    uint64_t size = 0;
    for (int i = 0; i < 8 && packed.size() > 8; i++) size |= static_cast<uint64_t>(packed[i]) << 8 * i;
    if (!size || size > kMostBytes) throw std::runtime_error("the model is damaged; install the plug-in again");
    Bytes halves(static_cast<size_t>(size)), out(halves.size());
    if (!ndm_inflate(packed.data() + 8, packed.size() - 8, halves.data(), halves.size()))
        throw std::runtime_error("the model is damaged; install the plug-in again");
    const size_t odd = (halves.size() + 1) / 2;
    for (size_t i = 0; i < out.size(); i++) out[i] = halves[i / 2 + i % 2 * odd];
    return out;
}

}  // namespace

Bytes model_bytes(const std::string& binary) {
    size_t slash = binary.find_last_of("/\\");
    std::string folder = slash == std::string::npos ? "." : binary.substr(0, slash);
    Bytes bytes;
    // LV2 and CLAP keep resources beside the binary, VST3 in the bundle's own folder.
    for (const char* place : {"/resources", "/../Resources", ""}) {
        // A model of one's own goes before the one that ships.
        if (read_file(folder + place + "/model.ndm", bytes)) return bytes;
        if (read_file(folder + place + "/model.ndmz", bytes)) return unpacked(bytes);
    }
    throw std::runtime_error("no model beside the plug-in; install it again, with its whole folder");
}

std::shared_ptr<const Model> shared_model(const std::string& binary) {
    static std::mutex mutex;
    static std::weak_ptr<const Model> kept;
    std::lock_guard<std::mutex> lock(mutex);
    std::shared_ptr<const Model> model = kept.lock();
    if (!model) kept = model = std::make_shared<const Model>(model_bytes(binary));
    return model;
}

}  // namespace ndm
