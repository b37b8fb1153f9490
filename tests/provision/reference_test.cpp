// Values that are known only when something is there.
#include "provision/reference.h"

#include <gtest/gtest.h>

namespace bedrocklog::provision {
namespace {

const Address key{ResourceKind::key, "eu-west-1", "bedrocklog-prod"};

TEST(References, AreFoundAtAnyDepth) {
  const Json properties = {{"KmsKeyId", reference_to(key, "Arn")},
                           {"List", {{{"Inner", {reference_to(key, "KeyId"), "text"}}}}},
                           {"Fn", "Fn::GetAtt"}};
  const std::vector<Reference> found = references_in(properties);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].address, key);
  EXPECT_EQ(found[0].attribute, "Arn");
  EXPECT_EQ(found[1].attribute, "KeyId");
}

TEST(References, AreReplacedByWhatIsKnown) {
  const Json properties = {{"KmsKeyId", reference_to(key, "Arn")},
                           {"Other", {reference_to(key, "Nothing")}}};
  ObservedState observed;
  EXPECT_EQ(resolved(properties, observed), properties);
  observed.found[key] = {Json::object(), Ownership::ours, "s", {{"Arn", "arn:aws:kms:x"}}};
  const Json known = resolved(properties, observed);
  EXPECT_EQ(known["KmsKeyId"], "arn:aws:kms:x");
  EXPECT_EQ(known["Other"][0], reference_to(key, "Nothing"));
}

TEST(References, OtherObjectsAreNone) {
  for (const char* const text :
       {R"({"Fn::GetAtt":["eu-west-1/key/a","Arn"],"more":1})", R"({"Fn::GetAtt":"a.Arn"})",
        R"({"Fn::GetAtt":["no address","Arn"]})", R"({"Fn::GetAtt":["eu-west-1/key/a"]})",
        R"({"Ref":"a"})", R"([])", R"("Fn::GetAtt")"}) {
    EXPECT_FALSE(read_reference(Json::parse(text)).has_value()) << text;
  }
}

}  // namespace
}  // namespace bedrocklog::provision
