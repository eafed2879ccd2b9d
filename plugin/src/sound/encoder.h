// The encoder of a model, which finds the code of a sample. Open, it takes about 50 MB, so instances share it.
#pragma once
#include "../own/anchor.h"
#include "../own/own_sound.h"
#include "shared_engine.h"

namespace ndm {

class Encoder {
public:
    // Reads the model beside a binary of the plug-in again. Throws std::runtime_error with a sentence.
    Encoder(std::shared_ptr<const Model> model, const std::string& binary);
    ~Encoder();
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;

    // A file's sample with its code, in a category of the model or, where it is -1, in the one that plays it best.
    // `notes` gets sentences about what is lost. Throws std::runtime_error with a sentence that begins with `name`.
    OwnSample sample(const Clip& clip, const std::string& name, int category, std::vector<std::string>& notes) const;

    // The same sample with its code in another category.
    OwnSample in_category(const Anchor& sample, int category) const;

private:
    void encode(SharedEngine& shared, Anchor& sample, int category) const;

    std::shared_ptr<const Model> model_;
    ndm_encoder* encoder_ = nullptr;
};

// The encoder of the process for a model. It stays open as long as somebody holds it.
std::shared_ptr<const Encoder> shared_encoder(const std::shared_ptr<const Model>& model, const std::string& binary);

}  // namespace ndm
