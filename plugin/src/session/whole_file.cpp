#include "whole_file.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "utf8_path.h"

namespace ndm {

namespace fs = std::filesystem;

void write_whole(const std::string& bytes, const std::string& path) {
    const fs::path place = path_of(path), beside = path_of(path + ".part");
    std::error_code error;
    {
        std::ofstream file(beside, std::ios::binary);
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        file.close();
        if (!file) {
            fs::remove(beside, error);
            throw std::runtime_error(path + ": cannot be written; choose another folder");
        }
    }
    fs::rename(beside, place, error);
    if (error) {
        fs::remove(beside, error);
        throw std::runtime_error(path + ": cannot be written; choose another name");
    }
}

}  // namespace ndm
