# The files that become part of the program. Swagger UI's come from npm (src/http/docs/install); a build without them has
# empty ones in their place, and the page shows its own plainer reference.
set(ANNALS_DOCS_DIR "${CMAKE_SOURCE_DIR}/build/docs-assets/node_modules/swagger-ui-dist"
  CACHE PATH "Where swagger-ui.css and swagger-ui-bundle.js are")

function(annals_docs_asset variable name)
  # A copy that follows the original: the same path, whether or not the assets are there when this is configured.
  set(copy "${CMAKE_CURRENT_BINARY_DIR}/docs/${name}")
  if(EXISTS "${ANNALS_DOCS_DIR}/${name}")
    configure_file("${ANNALS_DOCS_DIR}/${name}" "${copy}" COPYONLY)
  else()
    file(CONFIGURE OUTPUT "${copy}" CONTENT "")  # touched only when it was not empty
    message(STATUS "no ${name} in ${ANNALS_DOCS_DIR}: /docs/ will show the plain reference")
  endif()
  set(${variable} "${copy}" PARENT_SCOPE)
endfunction()

annals_docs_asset(ANNALS_SWAGGER_CSS swagger-ui.css)
annals_docs_asset(ANNALS_SWAGGER_BUNDLE swagger-ui-bundle.js)
set(ANNALS_DOCS_SOURCE "${CMAKE_CURRENT_SOURCE_DIR}/docs")
set(ANNALS_COMPONENTS "${CMAKE_CURRENT_SOURCE_DIR}/openapi/components.json")

# The embedded files are read by the assembler, which the dependency scan does not see.
set_source_files_properties(docs/docs.cpp PROPERTIES
  COMPILE_DEFINITIONS "ANNALS_DOCS=\"${ANNALS_DOCS_SOURCE}\";ANNALS_SWAGGER=\"${CMAKE_CURRENT_BINARY_DIR}/docs\""
  OBJECT_DEPENDS "${ANNALS_DOCS_SOURCE}/index.html;${ANNALS_DOCS_SOURCE}/reference.css;${ANNALS_DOCS_SOURCE}/reference.js;${ANNALS_SWAGGER_CSS};${ANNALS_SWAGGER_BUNDLE}")
set_source_files_properties(openapi/document.cpp PROPERTIES
  COMPILE_DEFINITIONS "ANNALS_OPENAPI=\"${CMAKE_CURRENT_SOURCE_DIR}/openapi\""
  OBJECT_DEPENDS "${ANNALS_COMPONENTS}")
