/** What the fields that name other objects hold. */
export const links: Readonly<Record<string, string>> = {
  checkout_id: "name the checkout that was built by its `id`",
  revision_id: "name the revision that was built by its `id`",
  build_id: "name the build that was tested by its `id`",
  test_id: "name the test in which the issue was seen by its `id`",
  issue_id: "name the issue that was seen by its `id`",
  origin_id: "give it an id of its own, among those of its origin",
  build_origin: "name the CI system that the build comes from, as the build does",
  build_origin_id: "name the build that was tested by its `origin_id`",
  revision_origin: "name the CI system that the revision comes from, as the revision does",
  revision_origin_id: "name the revision that was built by its `origin_id`",
};
