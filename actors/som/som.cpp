#include "actors/som/som.hpp"

#include "actors/som/active_tasks.hpp"
#include "actors/som/compliance_item.hpp"
#include "actors/som/compliance_stats.hpp"
#include "actors/som/org_chart.hpp"
#include "actors/som/organisation.hpp"
#include "actors/som/person.hpp"
#include "actors/som/task.hpp"

namespace som {

holon::holon_catalog catalog() {
  return holon::holon_catalog{}.with<task>().with<person>().with<organisation>().with<compliance_item>();
}

holon::projection_set read_models() {
  return holon::projection_set{}.with<active_tasks>().with<org_chart>().with<compliance_stats>();
}

}  // namespace som
