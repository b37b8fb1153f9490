// XML as plain data: what is read of answers, what is refused, and that texts survive both ways.
#include "ingest/aws/xml_tree.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::aws {
namespace {

XmlElement leaf(const std::string& name, const std::string& text) {
  return {name, text, {}};
}

/// "name(text)" or "name[child child]".
std::string outline(const XmlElement& element) {
  if (element.children.empty()) {
    return element.name + '(' + element.text + ')';
  }
  std::string out = element.name + '[';
  for (const XmlElement& child : element.children) {
    out += (out.back() == '[' ? "" : " ") + outline(child);
  }
  return out + ']' + element.text;
}

std::string outline_of(std::string_view text) {
  const auto root = parse_xml(text);
  return root ? outline(*root) : "refused";
}

TEST(XmlTree, ReadsAnAnswerWithoutItsNamespacesAndAttributes) {
  EXPECT_EQ(outline_of("<?xml version=\"1.0\"?>\n"
                       "<!-- a -->\n"
                       "<a:R xmlns:a=\"urn:x\" b=\"c\">\n  <a:S id=\"1\">t</a:S>\n  <Empty/>\n"
                       "</a:R>\n"),
            "R[S(t) Empty()]");
}

TEST(XmlTree, DecodesEntitiesAndCdata) {
  EXPECT_EQ(outline_of("<a>&lt;b&gt; &amp;amp; &#228;&#x1F600;<!-- x --><![CDATA[<c>&amp;]]></a>"),
            "a(<b> &amp; \u00e4\U0001F600<c>&amp;)");
}

TEST(XmlTree, KeepsSpacesOfTextsAndDropsThoseBetweenElements) {
  EXPECT_EQ(outline_of("<a> <b> </b> <c> x </c> between </a>"), "a[b( ) c( x )]");
}

TEST(XmlTree, StartsBehindAByteOrderMark) {
  EXPECT_EQ(outline_of("\xEF\xBB\xBF <a>x</a>"), "a(x)");
}

TEST(XmlTree, RefusesWhatIsNoXml) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view text :
       {""sv, " "sv, "{}"sv, "text <a/>"sv, "<a>"sv, "<a></b>"sv, "<a/><b/>"sv, "<!-- only -->"sv,
        "<a>\0</a>"sv, "<a>\xFF</a>"sv, "<a>\xC3</a>"sv, "<a>\xE0\x80\x80</a>"sv,
        "<a>\xED\xA0\x80</a>"sv, "<a>\xF4\x90\x80\x80</a>"sv, "<a>&#xD800;</a>"sv}) {
    EXPECT_EQ(outline_of(text), "refused") << text;
  }
}

TEST(XmlTree, LeavesEntitiesOfADocumentTypeAlone) {
  EXPECT_EQ(outline_of("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"),
            "a(&x;)");
}

std::string nested(unsigned depth) {
  std::string text;
  for (unsigned i = 0; i < depth; ++i) {
    text += "<a>";
  }
  for (unsigned i = 0; i < depth; ++i) {
    text += "</a>";
  }
  return text;
}

TEST(XmlTree, NestsAsDeepAsItsLimitAndNoDeeper) {
  EXPECT_TRUE(parse_xml(nested(xml_depth_max)));
  EXPECT_FALSE(parse_xml(nested(xml_depth_max + 1)));
  EXPECT_FALSE(parse_xml(nested(500'000)));
}

TEST(XmlTree, HoldsAsManyElementsAsItsLimitAndNoMore) {
  std::string text = "<a>";
  for (std::size_t i = 1; i < xml_elements_max; ++i) {
    text += "<b/>";
  }
  EXPECT_TRUE(parse_xml(text + "</a>"));
  EXPECT_FALSE(parse_xml(text + "<b/></a>"));
}

TEST(XmlTree, FindsChildrenByName) {
  const auto root = parse_xml(
      "<r><one>1</one><many><member>a</member><other/><member>b</member></many><one>2</one></r>");
  ASSERT_TRUE(root);
  ASSERT_NE(root->child("one"), nullptr);
  EXPECT_EQ(root->child("one")->text, "1");
  EXPECT_EQ(root->child("none"), nullptr);
  EXPECT_EQ(root->all("one").size(), 2U);
  EXPECT_EQ(root->text_of("one"), "1");
  EXPECT_EQ(root->text_of("none"), "");
  const std::vector<const XmlElement*> members = root->members("many");
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[1]->text, "b");
  EXPECT_TRUE(root->members("none").empty());
}

TEST(XmlTree, WritesWhatS3IsSent) {
  const XmlElement root{
      "VersioningConfiguration", "", {leaf("Status", "Enabled"), leaf("Empty", "")}};
  EXPECT_EQ(to_xml(root, "http://s3.amazonaws.com/doc/2006-03-01/"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
            "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<Status>Enabled</Status><Empty/></VersioningConfiguration>");
}

TEST(XmlTree, EscapesWhatWouldBeMarkupOrGetLost) {
  EXPECT_EQ(to_xml(leaf("K", std::string("a<b>&\"c\r\n\t\x01\x1F") + '\0' + "]]>"), ""),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
            "<K>a&lt;b&gt;&amp;&quot;c&#xD;\n\t&#x1;&#x1F;]]&gt;</K>");
  EXPECT_EQ(to_xml(leaf("K", ""), "a\"b"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><K xmlns=\"a&quot;b\"/>");
}

/// Anything UTF-8 can say except NUL, with a liking for what is special in XML.
rc::Gen<std::string> hostile_text() {
  const auto piece = rc::gen::element<std::string>(
      "<", ">", "&", "\"", "'", "]]>", "<![CDATA[", "<!--", "-->", "</K>", "&amp;", "&#x0;", "&lt;",
      "\r", "\n", "\r\n", "\t", " ", "\x01", "\x1F", "\x7F", "\u0085", "\u2028", "\uFFFE", "\u00e4",
      "\U0001F600", "a", "Z", "0", "%", "\xEF\xBB\xBF");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& pieces) {
                        std::string text;
                        for (const std::string& part : pieces) {
                          text += part;
                        }
                        return text;
                      });
}

RC_GTEST_PROP(XmlTree, HostileTextsSurviveBothWays, ()) {
  const std::string first = *hostile_text();
  const std::string second = *hostile_text();
  const XmlElement root{"Delete", "", {leaf("Key", first), {"Object", "", {leaf("Key", second)}}}};
  const auto read = parse_xml(to_xml(root, "urn:x"));
  RC_ASSERT(read.has_value());
  RC_ASSERT(outline(*read) == outline(root));
}

RC_GTEST_PROP(XmlTree, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  const auto read = parse_xml("<a>" + bytes + "</a>");
  const bool is_right = !read || read->name == "a";
  RC_ASSERT(is_right);
}

}  // namespace
}  // namespace bedrocklog::aws
