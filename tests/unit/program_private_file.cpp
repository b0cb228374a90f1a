// SPDX-License-Identifier: Apache-2.0
// What the system's loader is given is what was checked.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "runtime/program/private_file.h"
#include "runtime/source/read_file.h"

using namespace sbx;

TEST_CASE("nobody writes to a private file in memory") {
  const Result<PrivateFile> file = PrivateFile::make("a policy");
  REQUIRE(file.ok());
  CHECK(*read_file(file->path()) == "a policy");
  const int descriptor = open(file->path().c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor >= 0) {
    CHECK(pwrite(descriptor, "other", 5, 0) < 0);
    CHECK(ftruncate(descriptor, 0) < 0);
    close(descriptor);
  }
  CHECK(*read_file(file->path()) == "a policy");
}
